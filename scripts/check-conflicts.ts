/**
 * Tries every pair of settings on every target and holds what breaks against the conflicts that the catalogue's entries
 * name: a maintenance check, for after a setting was added or a target is new.
 *
 * node dist/scripts/check-conflicts.js [--offline] [--all-reasons] [TARGET]...
 *
 * With targets named, pairs that break on none of them are not judged.
 *
 * Exit codes: 0 as the entries say · 1 a pair breaks that none names, or one is named that breaks nowhere · 2 could not run
 */
import {
  type ConflictReport,
  judgeConflicts,
  type TriedPairs,
  tryPairs,
} from '../bench/conform/conflicts.js';
import { ExitCode, messageOf } from '../bench/core/errors.js';
import type { SettingDescription } from '../bench/core/setting.js';
import { parseTargetId } from '../bench/core/target.js';
import { chooseCLibrary } from '../bench/targets/index.js';
import { onInterrupt, progress, say } from './console.js';
import { findTargets } from './flags.js';

const TARGETS = ['openssl@1.1.1', 'openssl@3.0', 'openssl@3.5', 'openssl@3.6', 'openssl@4.0'];

async function check(words: readonly string[]): Promise<ExitCode> {
  const offline = words.includes('--offline');
  const asked = words.filter((word) => !word.startsWith('--'));
  const requests = (asked.length > 0 ? asked : TARGETS).map((id) => parseTargetId(id));
  const targets = await findTargets(requests, { offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline, onProgress: say });
  const interruption = onInterrupt();
  const shown = progress('trying pairs');
  const seen: TriedPairs[] = [];
  let catalogue: readonly SettingDescription[] = [];
  const waiting = [...targets];
  const next = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const { id } = target;
      const one = await tryPairs(target, cLibrary, interruption.signal, (done, total) =>
        shown.update(done, total, id),
      );
      seen.push(one.tried);
      catalogue = one.catalogue;
    }
  };
  await Promise.all([next(), next()]).finally(() => shown.end());
  const interrupted = interruption.exitCode();
  if (interrupted !== null) return interrupted;
  for (const { target, tried, broken } of seen) say(`${target}: ${tried.size} pairs, ${broken.size} break`);
  const found = judgeConflicts(catalogue, seen);
  // A pair may break in a version that was not asked for.
  const report = asked.length === 0 ? found : { ...found, stale: [] };
  process.stdout.write(reportText(report));
  if (words.includes('--all-reasons')) process.stdout.write(reasonsText(seen));
  return report.unnamed.length + report.stale.length > 0 ? ExitCode.finding : ExitCode.fine;
}

function reportText({ unnamed, stale, confirmed }: ConflictReport): string {
  return [
    ...unnamed.map(({ pair, targets, reason }) => `not named: ${pair} (${targets.join(', ')}): ${reason}`),
    ...stale.map((pair) => `named, and breaks nowhere: ${pair}`),
    `${confirmed} pairs conflict as the catalogue says, ${unnamed.length} break that it does not name, ${stale.length} that it names do not`,
    '',
  ].join('\n');
}

function reasonsText(seen: readonly TriedPairs[]): string {
  return seen
    .flatMap(({ target, broken }) => [...broken].map(([pair, reason]) => `${target}: ${pair}: ${reason}\n`))
    .join('');
}

try {
  process.exitCode = await check(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`check-conflicts: ${messageOf(error)}\n`);
  process.exitCode = ExitCode.couldNotRun;
}
