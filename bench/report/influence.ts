/**
 * A run over hundreds of combinations as text: what each setting costs on each target, how far the models can be
 * trusted, and from which settings on SSL_dup pays. A row for each scenario would be thousands; they are in the document.
 */
import { printableValue } from '../core/errors.js';
import { combinationKeyOf } from '../core/scenario.js';
import {
  type Influence,
  MODELLED,
  type Modelled,
  type Rival,
  type TargetInfluence,
} from '../document/influence.js';
import type { RunDocument } from '../document/schema.js';
import type { BreakEven } from '../stats/break-even.js';
import type { Amount, CountModel } from '../stats/influence.js';
import { type Tables, tablesOf, targetColumns, timeStanza } from './cells.js';
import { footnotes } from './footnotes.js';
import { formatNs, formatShare } from './format.js';
import { headerLines, targetLines } from './header.js';
import { layOut, type Painted, type Stanza, wrap } from './layout.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth, warningLines } from './terminal.js';

/** A run with at least this many combinations is told by its models. */
export const COMBINATIONS_FOR_MODELS = 60;

/** Mean error on held-out combinations above which a time model is not to be relied on. */
export const TIME_ERROR_LIMIT = 0.05;

/** A named combination whose own times are worth a row. */
export interface NamedCombination {
  readonly name: string;
  readonly source: string;
  readonly choices: readonly string[];
}

/** How many combinations a run has dup measured with. */
export function combinationsOf({ scenarios }: Pick<RunDocument, 'scenarios'>): number {
  return new Set(
    scenarios
      .filter(({ operation }) => operation === 'dup')
      .map(({ settings }) => combinationKeyOf(settings)),
  ).size;
}

/** The whole report, ending in a newline. */
export function renderInfluence(
  document: RunDocument,
  models: Influence,
  named: readonly NamedCombination[],
  options: RenderOptions,
): string {
  const influence = printableValue(models);
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const safe = printableValue(document);
  const notes = footnotes();
  const tables = tablesOf(safe, notes, paint);
  const byTarget = new Map(influence.targets.map((one) => [one.target, one]));
  const ofTargets = (cell: (one: TargetInfluence) => string | Painted): readonly Painted[] =>
    tables.targets.map(({ id }) => {
      const one = byTarget.get(id);
      const found = one === undefined ? '–' : cell(one);
      return typeof found === 'string' ? { text: found } : found;
    });
  const section = (title: string, about: string, stanzas: readonly Stanza[]): readonly string[] =>
    stanzas.length === 0
      ? []
      : [
          ...wrap(title, width).map(paint.bold),
          ...wrap(about, width).map(paint.dim),
          ...layOut(targetColumns(tables), stanzas, width, {
            head: paint.bold,
            name: (text) => text,
            label: paint.dim,
          }),
        ];
  const parts = [
    headerLines(safe, width, paint),
    targetLines(safe, width, paint),
    section(
      `models of ${combinationsOf(document)} combinations: error on the fifth that they have not seen`,
      `Time: mean of |predicted − measured| / measured, then its 90th percentile; ! marks a mean above ${formatShare(TIME_ERROR_LIMIT)}. ` +
        'Counts: how many of the held-out combinations come out exactly.',
      modelStanzas(ofTargets, paint.red),
    ),
    section(
      'what each setting adds',
      'Beyond the base: by its setter after SSL_new, on the SSL_CTX (its setter where no SSL_CTX can have it), and by SSL_dup of a template that has it. ~ where the interval holds 0, ±? with too few blocks.',
      settingStanzas(influence, ofTargets, paint.dim),
    ),
    interactionLines(influence, width),
    ...RIVALS.flatMap(({ rival, title, about }) => [
      section(title, about, breakEvenStanzas(ofTargets, rival)),
      breakEvenLines(influence, rival, width),
    ]),
    setOnHandles(safe, width),
    presetLines(tables, named, section),
    lostSettings(safe, width),
    unavailable(safe, width),
    notes.reasons().map((reason, i) => `  [${i + 1}] ${reason}`),
    warningLines(safe, width, paint),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

type OfTargets = (cell: (one: TargetInfluence) => string | Painted) => readonly Painted[];

function modelOf(one: TargetInfluence, operation: Modelled) {
  return one.operations.find((each) => each.operation === operation);
}

function modelStanzas(ofTargets: OfTargets, bad: (text: string) => string): readonly Stanza[] {
  const units: readonly CountModel['unit'][] = ['allocations', 'requested bytes', 'retained bytes'];
  return MODELLED.map((operation) => ({
    name: `${operation}: time`,
    rows: [
      {
        label: 'time',
        cells: ofTargets((one) => {
          const time = modelOf(one, operation)?.time;
          if (time == null) return 'too few';
          const text = `${formatShare(time.error.mean)}, ${formatShare(time.error.p90)}`;
          return time.error.mean > TIME_ERROR_LIMIT ? { text: `! ${text}`, paint: bad } : text;
        }),
      },
      ...units.map((unit) => ({
        label: unit,
        cells: ofTargets((one) => {
          const model = modelOf(one, operation)?.counts.find((each) => each.unit === unit);
          return model === undefined ? 'n/a' : `${model.exact} of ${model.heldOut}`;
        }),
      })),
    ],
  }));
}

const WAYS = [
  { operation: 'new-configure', bare: 'SSL_new', label: 'by its setter' },
  { operation: 'new-inherit', bare: 'SSL_new, for the SSL_CTX', label: 'on the SSL_CTX' },
  { operation: 'dup', bare: 'SSL_dup', label: 'by dup' },
] as const satisfies readonly { operation: Modelled; bare: string; label: string }[];

const RIVALS = [
  {
    rival: 'new-configure',
    title: 'from which settings on SSL_dup pays: against SSL_new and the setters',
    about:
      '"saves enough alone": settings that make up for what a bare dup costs extra. ' +
      'Measured: combinations in which dup was faster, slower, or neither with 95 % confidence.',
  },
  {
    rival: 'new-inherit',
    title: 'from which settings on SSL_dup pays: against SSL_new from an SSL_CTX that has them',
    about:
      'The settings are made once on the SSL_CTX, which all its handles share; those that no SSL_CTX can have are set on each ' +
      'handle. In words as above.',
  },
] as const satisfies readonly { rival: Rival; title: string; about: string }[];

function settingStanzas(
  influence: Influence,
  ofTargets: OfTargets,
  dim: (text: string) => string,
): readonly Stanza[] {
  const choices = new Set(
    influence.targets.flatMap((one) =>
      one.operations.flatMap(({ time }) =>
        (time?.amounts ?? [])
          .filter((amount) => amount.choices.length <= 1)
          .map((amount) => amount.choices.join()),
      ),
    ),
  );
  return [...choices].map((choice) => ({
    name: choice === '' ? 'base' : choice,
    rows: WAYS.map(({ operation, bare, label }) => ({
      label: choice === '' ? bare : label,
      cells: ofTargets((one) => {
        const found = modelOf(one, operation)?.time?.amounts.find((each) => each.choices.join() === choice);
        return found === undefined ? '–' : amountCell(found, dim);
      }),
    })),
  }));
}

function amountCell({ value, interval }: Amount, dim: (text: string) => string): Painted {
  if (value === null) return { text: 'not told apart' };
  if (interval === null) return { text: `${formatSigned(value)} ±?` };
  if (interval.low <= 0 && interval.high >= 0) return { text: `~ ${formatSigned(value)}`, paint: dim };
  const reach = Math.max(interval.high - value, value - interval.low);
  return { text: `${formatSigned(value)} ±${formatNs(reach)}` };
}

/** Nanoseconds, also below 0. Below one they are nothing that can be told from the clock's own noise. */
export function formatSigned(ns: number): string {
  if (Math.abs(ns) < 1) return '0 ns';
  return ns < 0 ? `−${formatNs(-ns)}` : formatNs(ns);
}

/** Each setting that duplicates lacked, with its targets; which of the hundreds of combinations showed it says no more. */
function lostSettings({ lost }: RunDocument, width: number): readonly string[] {
  const targetsOf = new Map<string, Set<string>>();
  for (const { target, settings } of lost) {
    for (const text of settings) targetsOf.set(text, (targetsOf.get(text) ?? new Set()).add(target));
  }
  if (targetsOf.size === 0) return [];
  return [
    ...wrap('not carried by SSL_dup, so that dup does less than new-configure where they are set', width),
    ...[...targetsOf].flatMap(([text, targets]) =>
      wrap(`${text} (${[...targets].join(', ')})`, width - 2, 4).map((line) => `  ${line}`),
    ),
  ];
}

/** More reasons than this are left to the document. */
const REASONS_SHOWN = 8;

/** Scenarios that were planned and could not be had, by reason: data for the catalogue's exclusions. */
function unavailable({ availability }: RunDocument, width: number): readonly string[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { target, availability: one } of availability) {
    if (one.kind === 'available') continue;
    const targets = counts.get(one.reason) ?? new Map<string, number>();
    counts.set(one.reason, targets.set(target, (targets.get(target) ?? 0) + 1));
  }
  if (counts.size === 0) return [];
  const reasons = [...counts].flatMap(([reason, targets]) => {
    const where = [...targets].map(([target, count]) => `${target} ${count}`).join(', ');
    return [`${reason} (scenarios: ${where})`];
  });
  const more = reasons.length - REASONS_SHOWN;
  return [
    ...wrap('planned and not to be had', width),
    ...[
      ...reasons.slice(0, REASONS_SHOWN),
      ...(more > 0 ? [`and ${more} more reasons in the document`] : []),
    ].flatMap((line) => wrap(line, width - 2, 4).map((part) => `  ${part}`)),
  ];
}

/** Interactions by what they hold, with their amounts by target. */
function interactionLines(influence: Influence, width: number): readonly string[] {
  const found = new Map<string, string[]>();
  for (const { target, operations } of influence.targets) {
    for (const { operation, time, counts } of operations) {
      for (const model of [...(time === null ? [] : [time]), ...counts]) {
        for (const { choices, value, interval } of model.amounts) {
          if (choices.length < 2 || value === null || value === 0) continue;
          const sure = interval === null || interval.low > 0 || interval.high < 0 ? '' : '~ ';
          const amount = model.unit === 'ns' ? formatSigned(value) : `${value} ${model.unit}`;
          const key = `${operation}: ${[...choices].sort().join(' × ')}`;
          found.set(key, [...(found.get(key) ?? []), `${target} ${sure}${amount}`]);
        }
      }
    }
  }
  if (found.size === 0) return [];
  return [
    'interactions: what settings cost together beyond their sum (of more than two: for each beyond the first)',
    ...[...found]
      .sort(([a], [b]) => a.localeCompare(b))
      .flatMap(([key, amounts]) =>
        wrap(`${key}: ${amounts.join('; ')}`, width - 2, 4).map((line) => `  ${line}`),
      ),
  ];
}

function breakEvenStanzas(ofTargets: OfTargets, rival: Rival): readonly Stanza[] {
  const row = (label: string, cell: (even: BreakEven) => string) => ({
    label,
    cells: ofTargets(({ breakEven }) => {
      const even = breakEven[rival];
      return even === null ? 'no model' : cell(even);
    }),
  });
  const total = (tallies: readonly { faster: number; slower: number; undecided: number }[]) =>
    (['faster', 'slower', 'undecided'] as const).map((what) =>
      tallies.reduce((sum, one) => sum + one[what], 0),
    );
  return [
    {
      name: 'model: extra cost of a bare dup',
      rows: [
        row('', ({ extraNs }) => formatSigned(extraNs)),
        row(
          'settings that save enough alone',
          ({ alone, savings }) => `${alone.length} of ${savings.length}`,
        ),
        row('fewest that save enough together', ({ fewest }) => (fewest === null ? 'none' : String(fewest))),
        row('settings dearer with dup', ({ dearer }) => String(dearer.length)),
      ],
    },
    {
      name: 'measured: faster, slower, neither',
      rows: [
        row('', ({ tallies }) => total(tallies).join(', ')),
        row('never slower from', ({ tallies }) => {
          const last = tallies.findLast(({ slower }) => slower > 0);
          const from = tallies.find(({ settings }) => settings > (last?.settings ?? -1));
          return from === undefined ? 'no number' : `${from.settings} settings`;
        }),
      ],
    },
  ];
}

function breakEvenLines(influence: Influence, rival: Rival, width: number): readonly string[] {
  const lines = influence.targets.flatMap(({ target, breakEven }) => {
    const even = breakEven[rival];
    if (even === null) return [];
    const { alone, dearer } = even;
    return [
      `${target}: alone pays ${alone.length === 0 ? 'no setting' : alone.join(', ')}${
        dearer.length === 0 ? '' : `; dearer with dup: ${dearer.join(', ')}`
      }`,
    ];
  });
  return lines.flatMap((line) => wrap(line, width - 2, 4).map((part) => `  ${part}`));
}

/** Settings that were set on each handle although the others of their combination were made on the SSL_CTX. */
function setOnHandles(document: RunDocument, width: number): readonly string[] {
  const targetsOf = new Map<string, Set<string>>();
  for (const { target, settings } of document.setOnHandles) {
    for (const id of settings) targetsOf.set(id, (targetsOf.get(id) ?? new Set()).add(target));
  }
  if (targetsOf.size === 0) return [];
  const all = document.targets.filter(({ refused, twinOf }) => refused === null && twinOf === null).length;
  const named = [...targetsOf].map(([id, targets]) =>
    targets.size === all ? id : `${id} (${[...targets].join(', ')})`,
  );
  return wrap(`cannot be set on the context, so set on each handle: ${named.join(', ')}`, width, 2);
}

const NAMES: Readonly<Record<Modelled, string>> = {
  'new-configure': 'SSL_new and setters',
  'new-inherit': 'SSL_new, SSL_CTX has them',
  dup: 'SSL_dup',
};

function presetLines(
  tables: Tables,
  named: readonly NamedCombination[],
  section: (title: string, about: string, stanzas: readonly Stanza[]) => readonly string[],
): readonly string[] {
  const stanzas = named.flatMap(({ name, choices }) => {
    const key = [...choices].sort().join(',');
    return MODELLED.flatMap((operation) => {
      const found = tables.document.scenarios.find(
        (one) =>
          one.operation === operation &&
          one.phase === 'both' &&
          one.live === 1 &&
          combinationKeyOf(one.settings) === key,
      );
      if (found === undefined) return [];
      const stanza = timeStanza(tables, found);
      const suffix = choices.length === 0 ? '' : ` [${choices.join(',')}]`;
      return [
        { ...stanza, name: `${name}${operation === 'new-configure' ? suffix : ''}: ${NAMES[operation]}` },
      ];
    });
  });
  return section(
    'known programs',
    'Times and ratios as in the tables of any run; sources are in docs/combinations.md.',
    stanzas,
  );
}
