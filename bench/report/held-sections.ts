/** What the documents of `dupmark connections` say, as numbers in tables: the reports and the dashboard print the same ones. */
import type { ConnectionsDocument } from '../document/connections-schema.js';
import { type HandleFigures, handleFigures, memoryOf, pairFigures } from '../holding/figures.js';
import { formatCount, type HeldUnit } from './format.js';

export interface HeldRow {
  readonly label: string;
  readonly unit: HeldUnit;
  /** In the order of the document's targets; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface HeldSection {
  readonly kind: 'handles' | 'pairs' | 'idle';
  readonly title: string;
  /** The preset or the variant that it is of. */
  readonly of: string;
  readonly rows: readonly HeldRow[];
}

/** For so many connections the last tables say what they take. */
const CONNECTIONS = [1_000, 10_000, 100_000, 1_000_000];

/** Those that have a figure at all. */
export function heldSections(document: ConnectionsDocument): readonly HeldSection[] {
  return [
    ...document.presets.map((preset) => handlesSection(document, preset)),
    ...document.variants.map(({ name }) => pairSection(document, name)),
    ...document.variants.map(({ name }) => idleSection(document, name)),
  ].filter(({ rows }) => rows.some(({ values }) => values.some((value) => value !== null)));
}

function handlesSection(
  document: ConnectionsDocument,
  { name, settings }: ConnectionsDocument['presets'][number],
): HeldSection {
  const figures = document.targets.map(({ id }) =>
    handleFigures(document.handles.filter(({ target, preset }) => target === id && preset === name)),
  );
  const most = document.plan.checkpoints.at(-1) ?? 0;
  const at = (one: HandleFigures, wanted: number) => one.checkpoints.find(({ alive }) => alive === wanted);
  const row = (label: string, unit: HeldUnit, of: (one: HandleFigures) => number | null | undefined) => ({
    ...{ label, unit },
    values: figures.map((one) => of(one) ?? null),
  });
  return {
    kind: 'handles',
    title: `handles: ${name}${settings.length === 0 ? '' : ` [${settings.join(', ')}]`}`,
    of: name,
    rows: [
      {
        label: 'exact bytes',
        unit: 'bytes',
        values: document.targets.map(({ id }) => {
          const found = document.exact.find(({ target, preset }) => target === id && preset === name);
          return found?.reading.kind === 'exact' ? found.reading.retainedBytes : null;
        }),
      },
      row(`allocator bytes at ${formatCount(most)}`, 'bytes', (one) => at(one, most)?.allocatorBytes),
      row(`resident bytes at ${formatCount(most)}`, 'bytes', (one) => at(one, most)?.residentBytes),
      ...document.plan.checkpoints.map((alive) =>
        row(`create, to ${formatCount(alive)}`, 'ns', (one) => at(one, alive)?.createNs),
      ),
      row('free', 'ns', ({ freeNs }) => freeNs),
    ],
  };
}

function pairSection(document: ConnectionsDocument, variant: string): HeldSection {
  const records = document.targets.map(({ id }) =>
    document.connections.find((one) => one.target === id && one.variant === variant),
  );
  const moments = [
    ['after handshake', 'afterHandshake'],
    ['after data', 'afterData'],
  ] as const;
  const fields = [
    ['server, exact', 'serverBytes'],
    ['client, exact', 'clientBytes'],
    ['pair, allocator', 'allocatorBytes'],
    ['pair, resident', 'residentBytes'],
  ] as const;
  return {
    kind: 'pairs',
    title: `connections: ${variant}`,
    of: variant,
    rows: moments.flatMap(([when, moment]) =>
      fields.map(([what, field]) => ({
        label: `${what}, ${when}`,
        unit: 'bytes' as const,
        values: records.map((record) =>
          record === undefined ? null : (pairFigures(record, moment)?.[field] ?? null),
        ),
      })),
    ),
  };
}

function idleSection(document: ConnectionsDocument, variant: string): HeldSection {
  return {
    kind: 'idle',
    title: `so many idle connections of a server hold: ${variant}`,
    of: variant,
    rows: CONNECTIONS.map((count) => ({
      label: formatCount(count),
      unit: 'memory' as const,
      values: document.targets.map(({ id }) => memoryOf(document, id, variant, count)),
    })),
  };
}

/** What could not be held, and why. */
export interface NotHeld {
  /** The preset or the variant. */
  readonly what: string;
  readonly target: string;
  /** Null for connections, which say no more than the reason. */
  readonly kind: string | null;
  readonly reason: string;
}

export function notHeld({ handles, connections }: ConnectionsDocument): readonly NotHeld[] {
  return [
    ...handles.flatMap(({ target, preset: what, repeat, availability }): readonly NotHeld[] =>
      repeat > 0 || availability.kind === 'available'
        ? []
        : [{ what, target, kind: availability.kind, reason: availability.reason }],
    ),
    ...connections.flatMap(({ target, variant: what, notAvailable }): readonly NotHeld[] =>
      notAvailable === null ? [] : [{ what, target, kind: null, reason: notAvailable }],
    ),
  ];
}
