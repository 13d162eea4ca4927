/** The self-test of the soak as a table: a row a plant, a column a target. */
import Table from 'cli-table3';
import { formatCount } from '../bench/report/soak.js';
import type { PlantOutcome, SelfTest } from '../bench/soak/selftest.js';

export function renderSelfTest({ outcomes, clean, holds, complete, seed }: SelfTest): string {
  const targets = [...new Set(outcomes.map(({ target }) => target))];
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))];
  const table = new Table({ head: ['plant', 'oracle', ...targets], style: { head: [], border: [] } });
  for (const kind of kinds) {
    const row = outcomes.filter((outcome) => outcome.kind === kind);
    table.push([
      kind,
      row[0]?.oracle ?? '',
      ...targets.map((target) => wordOf(row.find((outcome) => outcome.target === target))),
    ]);
  }
  const tried = outcomes.filter(({ notAvailable }) => notAvailable === null);
  const caught = tried.filter((outcome) => outcome.caught).length;
  const named = tried.filter((outcome) => outcome.named).length;
  const misses = tried.filter((outcome) => !outcome.caught || !outcome.named);
  const absent = new Set(
    outcomes.flatMap(({ notAvailable, kind, target }) =>
      notAvailable === null ? [] : [`${kind} on ${target}: ${notAvailable}`],
    ),
  );
  return [
    table.toString(),
    `${kinds.length} kinds of plants on ${targets.length} targets: ${caught} of ${tried.length} caught, ${named} named rightly (seed ${seed})`,
    `${clean.soaks} clean soaks, ${formatCount(clean.cycles)} cycles: ${clean.alarms.length} alarms`,
    ...misses.map(
      ({ kind, target, caught: seen, said }) =>
        `${seen ? 'wrongly named' : 'MISSED'}: ${kind} on ${target}: ${said}`,
    ),
    ...clean.alarms.map(
      ({ scenario, target, verdict, reason }) =>
        `ALARM: ${verdict} in a clean ${scenario} on ${target}: ${reason}`,
    ),
    ...[...absent].map((line) => `not available here: ${line}`),
    complete
      ? holds
        ? 'The detector holds.'
        : 'The detector FAILED.'
      : 'not finished: interrupted, or the time ended',
    '',
  ].join('\n');
}

function wordOf(outcome: PlantOutcome | undefined): string {
  if (outcome === undefined) return '';
  if (outcome.notAvailable !== null) return 'n/a';
  if (!outcome.caught) return 'MISSED';
  return outcome.named ? 'caught, named' : 'caught, MISNAMED';
}
