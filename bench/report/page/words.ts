/** Figures as the page shows them, each with the stored number beside the text. */
import type { Comparison, Verdict } from '../../stats/comparison.js';
import type { Summary } from '../../stats/summary.js';
import { formatCount, formatNs, formatRatio, formatReach } from '../format.js';
import { type Child, data, h } from './dom.js';

/** A verdict is told by a sign and a word, and only then by colour. */
const VERDICTS: Readonly<
  Record<Verdict, { readonly sign: string; readonly word: string; readonly help: string }>
> = {
  faster: { sign: '▼', word: 'faster', help: 'costs less, distinguished from 1' },
  slower: { sign: '▲', word: 'slower', help: 'costs more, distinguished from 1' },
  same: { sign: '~', word: 'not distinguished', help: 'not distinguished from 1; not the same as equal' },
  noisy: { sign: '≈', word: 'noisy', help: 'fresh processes differ too much to tell' },
  undecided: { sign: '?', word: 'undecided', help: 'too few blocks for an interval' },
};

export const VERDICT_NAMES = Object.keys(VERDICTS) as Verdict[];

export function verdictWord(verdict: Verdict): string {
  return VERDICTS[verdict].word;
}

export function verdictBadge(verdict: Verdict): Child {
  const { sign, word, help } = VERDICTS[verdict];
  return h(
    'span',
    { class: `verdict ${verdict}`, title: help },
    h('span', { 'aria-hidden': 'true', class: 'sign' }, sign),
    word,
  );
}

type Time = Pick<Summary, 'medianNs' | 'interval'>;

export function timeFigure(summary: Time | null | undefined, whyNot = 'no data'): Child {
  if (summary == null) return h('span', { class: 'quiet' }, whyNot);
  return h(
    'span',
    { class: 'figure' },
    data(summary.medianNs, formatNs(summary.medianNs)),
    ' ',
    reachOf(summary),
  );
}

function reachOf({ medianNs, interval }: Time): Child {
  if (interval === null) return h('span', { class: 'quiet', title: 'too few blocks for an interval' }, '±?');
  const { lowNs, highNs } = interval;
  return h(
    'span',
    { class: 'quiet', title: `${formatNs(lowNs)} to ${formatNs(highNs)}` },
    formatReach(medianNs, lowNs, highNs),
  );
}

export function ratioFigure(comparison: Comparison | null | undefined, whyNot = 'no data'): Child {
  if (comparison == null) return h('span', { class: 'quiet' }, whyNot);
  return h(
    'span',
    { class: 'figure', title: ratioTitle(comparison) },
    data(comparison.ratio, formatRatio(comparison.ratio)),
    ' ',
    h('span', { class: 'quiet' }, ratioReach(comparison)),
  );
}

export function ratioReach({ ratio, interval }: Comparison): string {
  return interval === null ? '±?' : formatReach(ratio, interval.low, interval.high);
}

/** `1.859× (1.810× to 1.902×), slower, 9 blocks`. */
export function ratioTitle({ ratio, interval, verdict, blocks }: Comparison): string {
  const range =
    interval === null ? 'no interval' : `${formatRatio(interval.low)} to ${formatRatio(interval.high)}`;
  return `${formatRatio(ratio)} (${range}), ${verdictWord(verdict)}, ${blocks} blocks`;
}

/** `1 cell`, `1,550 cells`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A scenario with more settings than this is shown with the first of them, and unfolds. */
const SETTINGS_SHOWN = 3;

/** `dup[options,mode,…]`: a scenario's name with the first of its settings, and how many it has where some are left out. */
function shortened(name: string): readonly [short: string, settings: readonly string[] | null] {
  const match = /^([^[]*\[)([^\]]*)(\].*)$/.exec(name);
  const settings = match?.[2]?.split(',') ?? [];
  if (match === null || settings.length <= SETTINGS_SHOWN) return [name, null];
  return [`${match[1]}${settings.slice(0, SETTINGS_SHOWN - 1).join(',')},…${match[3]}`, settings];
}

export function shortScenario(name: string): string {
  return shortened(name)[0];
}

/** A scenario's name; a long one folded, as it would fill a table. */
export function scenarioName(name: string): Child {
  const [short, settings] = shortened(name);
  if (settings === null) return name;
  return h(
    'details',
    { class: 'name' },
    h('summary', {}, short, h('span', { class: 'quiet' }, ` ${settings.length} settings`)),
    settings.join(', '),
  );
}
