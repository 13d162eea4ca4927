/** What somebody who opens the page must see first: one line for each thing that changed or is wrong, the worst first. */
import { formatCount, formatRatio, formatTime } from '../format.js';
import type { PageBetween, PageData, PageFaults, PageSoak } from '../page-data/types.js';
import { counted, shortScenario } from './words.js';

/** `bad` wants somebody to act, `look` somebody to look, `good` is as it should be. */
export type Weight = 'bad' | 'look' | 'good';

export interface Headline {
  readonly weight: Weight;
  /** What it is about: Times, Soak… */
  readonly topic: string;
  readonly text: string;
  /** The view that has it, with its choices. */
  readonly link: string;
}

const WEIGHTS: readonly Weight[] = ['bad', 'look', 'good'];

/** Named in a headline; the rest are counted. */
const NAMED = 3;

export function headlines(data: PageData): readonly Headline[] {
  const all = [
    ...soakLines(data),
    ...conformanceLines(data),
    ...timeLines(data),
    ...historyLines(data),
    ...faultLines(data),
  ];
  return WEIGHTS.flatMap((weight) => all.filter((line) => line.weight === weight));
}

function soakLines({ soaks }: PageData): readonly Headline[] {
  const soak = soaks.find(({ cells }) => cells.some(({ planted }) => !planted));
  if (soak === undefined) return [];
  const line = (weight: Weight, text: string): Headline => ({
    weight,
    topic: 'Soak',
    text: `${text} (${formatTime(soak.startedAt)})`,
    link: `#/soak?soak=${soak.id}`,
  });
  const cells = soak.cells.filter(({ planted }) => !planted);
  const of = (...verdicts: readonly string[]) => cells.filter(({ verdict }) => verdicts.includes(verdict));
  const lost = of('leak', 'fault');
  const unsure = of('maybe', 'inconclusive');
  const cycles = cells.reduce((sum, cell) => sum + cell.cycles, 0);
  const lines: Headline[] = [];
  if (lost.length > 0) {
    const first = lost[0]?.findings[0]?.message ?? lost[0]?.reason ?? '';
    lines.push(line('bad', `${names(lost.map(place))}: ${first}`));
  }
  if (unsure.length > 0)
    lines.push(
      line('look', `${counted(unsure.length, 'cell')} without a clear verdict: ${names(unsure.map(place))}`),
    );
  if (lost.length === 0) {
    const clean = of('none').length;
    lines.push(
      line(
        'good',
        `no handle lost in ${counted(clean, 'cell')} that ended clean, ${formatCount(cycles)} cycles`,
      ),
    );
  }
  return lines;
}

function place({ scenario, target }: PageSoak['cells'][number]): string {
  return `${scenario} on ${target}`;
}

function conformanceLines({ conformance }: PageData): readonly Headline[] {
  const newest = conformance.find(({ changes }) => changes !== null);
  if (newest === undefined) return [];
  const { changes, surprises, rows, targets, refused, startedAt } = newest;
  const line = (weight: Weight, text: string): Headline => ({
    weight,
    topic: 'Conformance',
    text: `${text} (${formatTime(startedAt ?? '')})`,
    link: `#/conformance?source=${newest.id}`,
  });
  const lines: Headline[] = [];
  const changed = changes ?? [];
  if (changed.length > 0) {
    const [first] = changed;
    const what =
      first === undefined
        ? ''
        : `: ${first.row} on ${first.version}: ${first.seen}, expected ${first.expected}`;
    lines.push(line('bad', `${counted(changed.length, 'outcome')} not as expected${what}`));
  }
  if (refused.length > 0) lines.push(line('look', `refused ${names(refused.map(({ id }) => id))}`));
  if (changed.length === 0) {
    lines.push(
      line(
        'good',
        `${counted(rows.length, 'row')} on ${counted(targets.length, 'version')} as expected, with ${counted(surprises.length, 'known surprise')}`,
      ),
    );
  }
  return lines;
}

/** The newest run against the one before it. */
function timeLines({ runs, betweenRuns }: PageData): readonly Headline[] {
  const [newest] = runs;
  if (newest === undefined) return [];
  const { document, sensitivity } = newest;
  const lines: Headline[] = [];
  const line = (weight: Weight, text: string, link: string): void => {
    lines.push({ weight, topic: 'Times', text, link });
  };
  const between = betweenRuns.find(({ contender }) => contender === document.id);
  if (between !== undefined) {
    const { slower, faster, grown, compared } = changesBetween(between);
    const link = '#/overview';
    const isSame = ({ target }: { readonly target: string }) => between.identical.includes(target);
    const most = ([worst]: typeof slower): string =>
      worst === undefined || typeof worst.time === 'string'
        ? ''
        : `: most ${shortScenario(worst.scenario)} on ${worst.target}, ${formatRatio(worst.time.ratio)}`;
    const changed = slower.filter((cell) => !isSame(cell));
    const drifted = slower.filter(isSame);
    if (changed.length > 0)
      line('bad', `${counted(changed.length, 'cell')} slower than in the run before${most(changed)}`, link);
    if (drifted.length > 0) {
      line(
        'look',
        `${counted(drifted.length, 'cell')} slower than in the run before with the same library, so not by OpenSSL${most(drifted)}`,
        link,
      );
    }
    if (grown.length > 0)
      line('bad', `${counted(grown.length, 'cell')} allocate more than in the run before`, link);
    if (faster.length > 0)
      line('look', `${counted(faster.length, 'cell')} faster than in the run before`, link);
    if (slower.length + grown.length + faster.length === 0 && compared > 0) {
      line('good', `none of ${counted(compared, 'cell')} distinguished from the run before`, link);
    }
    if (between.timeRefused.length > 0)
      line('look', `times not compared with the run before: ${between.timeRefused[0] ?? ''}`, link);
  }
  if (document.status.kind !== 'complete') {
    const why = document.status.kind === 'partial' ? `: ${document.status.reason}` : '';
    line('look', `the newest run is ${document.status.kind}${why}`, '#/machine');
  }
  const { floor } = sensitivity;
  if (floor !== null && floor.flagged > 0) {
    line(
      'look',
      `${counted(floor.flagged, 'A/A ratio')} flagged, where none should be: this machine is too noisy`,
      '#/machine',
    );
  }
  return lines;
}

/** What two runs differ in, the worst first. */
export function changesBetween({ cells }: PageBetween) {
  const compared = cells.flatMap((cell) =>
    typeof cell.time === 'string' ? [] : [{ cell, time: cell.time }],
  );
  const judged = (verdict: string) =>
    compared
      .filter(({ time }) => time.verdict === verdict)
      .sort((a, b) => Math.abs(Math.log(b.time.ratio)) - Math.abs(Math.log(a.time.ratio)))
      .map(({ cell }) => cell);
  const more = (pair: readonly [number, number] | null): boolean => pair !== null && pair[1] > pair[0];
  return {
    compared: compared.length,
    slower: judged('slower'),
    faster: judged('faster'),
    grown: cells.filter(({ allocations, retainedBytes }) => more(allocations) || more(retainedBytes)),
  };
}

/** A change with the newest release of a series is news; older ones are known. */
function historyLines({ histories }: PageData): readonly Headline[] {
  const [newest] = histories;
  if (newest === undefined) return [];
  const { trends, id, startedAt } = newest;
  const last = new Set(trends.map(({ points }) => points.at(-1)?.target));
  const changes = trends.flatMap((trend) => trend.changes);
  const fresh = [...new Set(changes)].filter(({ after }) => last.has(after));
  const releases = new Set(trends.flatMap(({ points }) => points.map(({ openssl }) => openssl))).size;
  const line = (weight: Weight, text: string): Headline => ({
    ...{
      weight,
      topic: 'History',
      text: `${text} (${formatTime(startedAt)})`,
      link: `#/history?history=${id}`,
    },
  });
  const what = [...new Set(fresh.map(({ scenario, opensslAfter }) => `${scenario} with ${opensslAfter}`))];
  if (what.length > 0) return [line('look', `changed with the newest release: ${names(what)}`)];
  return [
    line(
      'good',
      `${counted(releases, 'release')}, ${counted(new Set(changes).size, 'change')}, none with the newest release`,
    ),
  ];
}

function faultLines({ faults }: PageData): readonly Headline[] {
  const [newest, before] = faults;
  if (newest === undefined) return [];
  const now = findingsOf(newest);
  const known = new Set(before === undefined ? [] : findingsOf(before).map(({ key }) => key));
  const fresh = before === undefined ? [] : now.filter(({ key }) => !known.has(key));
  const line = (weight: Weight, text: string): Headline => ({
    weight,
    topic: 'Faults',
    text: `${text} (${formatTime(newest.startedAt)})`,
    link: `#/faults?faults=${newest.id}`,
  });
  const lines: Headline[] = [];
  const [first] = fresh;
  if (first !== undefined) lines.push(line('bad', `${counted(fresh.length, 'new finding')}: ${first.text}`));
  if (now.length > fresh.length) {
    const kinds = [...new Set(now.map(({ kind }) => kind))];
    const each = kinds.map((kind) => `${now.filter((one) => one.kind === kind).length} ${kind}`).join(', ');
    lines.push(
      line(
        'look',
        `${counted(now.length, 'finding')}${before === undefined ? '' : ', of which none else is new'}: ${each}`,
      ),
    );
  }
  if (now.length === 0) lines.push(line('good', 'every refused allocation is reported as the man page says'));
  return lines;
}

function findingsOf({ targets }: PageFaults) {
  return targets.flatMap(({ id, findings }) =>
    findings.map(({ kind, text }) => ({ kind, text: `${text}, on ${id}`, key: `${id}\n${kind}\n${text}` })),
  );
}

function names(all: readonly string[]): string {
  const more = all.length - NAMED;
  return `${all.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
