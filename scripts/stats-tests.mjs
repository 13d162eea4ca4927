// All quick tests of bench/stats in one process: what a mutant of it has to survive (scripts/stryker.config.json).
// The simulations are left out: they take longer than all others together. Fails at the first failure; `node dist/scripts/test.js stats` is for people.
import { readdirSync } from 'node:fs';

globalThis.UVU_DEFER = 1; // uvu's own way to run many files at once (uvu/run)
globalThis.UVU_QUEUE = [];
const { exec } = await import('uvu');
const folder = new URL('../dist/bench/stats/', import.meta.url);
const SIMULATIONS = ['coverage.test.js', 'change-points-alarms.test.js'];
const files = readdirSync(folder).filter((name) => name.endsWith('.test.js') && !SIMULATIONS.includes(name));
if (files.length < 9) throw new Error(`only ${files.length} test files: run make build first`);
for (const [i, file] of files.entries()) {
  globalThis.UVU_INDEX = i;
  globalThis.UVU_QUEUE.push([file]);
  await import(new URL(file, folder).href);
}
await exec(true);
