/** What the readings of a process that holds many handles say of one handle, and of many. Pure functions. */
import type {
  ConnectionsDocument,
  HeldConnectionsRecord,
  HeldHandlesRecord,
} from '../document/connections-schema.js';
import { median } from '../stats/quantile.js';
import type { HoldingReading } from '../worker/holding-messages.js';

/** Handles of one preset on one target, at one checkpoint: medians over the repeats. */
export interface CheckpointFigures {
  readonly alive: number;
  /** Of each handle on average, beyond what the process had without any. */
  readonly allocatorBytes: number;
  readonly residentBytes: number;
  /** What one more took, since the checkpoint before. */
  readonly createNs: number;
}

export interface HandleFigures {
  readonly checkpoints: readonly CheckpointFigures[];
  /** What freeing one takes when all go, the oldest first; null when it was not measured. */
  readonly freeNs: number | null;
  /** What stays with the process when all are freed, by handle. */
  readonly leftResidentBytes: number | null;
}

export function handleFigures(records: readonly HeldHandlesRecord[]): HandleFigures {
  const alives = [...new Set(records.flatMap(({ checkpoints }) => checkpoints.map(({ alive }) => alive)))];
  const checkpoints = alives
    .sort((a, b) => a - b)
    .map((alive) => {
      const values = records.flatMap(({ base, checkpoints: readings }) => {
        const at = readings.findIndex((one) => one.alive === alive);
        const reading = readings[at];
        if (reading === undefined || base === null) return [];
        const before = readings[at - 1]?.alive ?? 0;
        return {
          ...perHandle(reading, base),
          createNs: reading.elapsedNs / (alive - before),
        };
      });
      return {
        alive,
        allocatorBytes: median(values.map((one) => one.allocatorBytes)),
        residentBytes: median(values.map((one) => one.residentBytes)),
        createNs: median(values.map((one) => one.createNs)),
      };
    });
  const freed = records.flatMap(({ base, freed: end, checkpoints: readings }) => {
    const alive = readings.at(-1)?.alive;
    if (end === null || base === null || alive === undefined) return [];
    return { ns: end.elapsedNs / alive, left: (end.residentBytes - base.residentBytes) / alive };
  });
  return {
    checkpoints,
    freeNs: freed.length === 0 ? null : median(freed.map(({ ns }) => ns)),
    leftResidentBytes: freed.length === 0 ? null : median(freed.map(({ left }) => left)),
  };
}

function perHandle(
  { alive, allocatorBytes, residentBytes }: HoldingReading,
  base: HoldingReading,
): { readonly allocatorBytes: number; readonly residentBytes: number } {
  return {
    allocatorBytes: (allocatorBytes - base.allocatorBytes) / alive,
    residentBytes: (residentBytes - base.residentBytes) / alive,
  };
}

/** A pair of connected handles, idle: what it holds by allocator and by kernel, and what each side is of it. */
export interface PairFigures {
  readonly allocatorBytes: number;
  readonly residentBytes: number;
  /** Exact; null where the hooks cannot be set. */
  readonly clientBytes: number | null;
  readonly serverBytes: number | null;
  /** The server's part of the resident bytes: as its exact bytes are to those of both. */
  readonly serverResidentBytes: number | null;
}

export function pairFigures(
  { base, connected, exchanged, exact }: HeldConnectionsRecord,
  moment: 'afterHandshake' | 'afterData',
): PairFigures | null {
  const reading = moment === 'afterHandshake' ? connected : exchanged;
  if (base === null || reading === null || reading.alive === 0) return null;
  const pair = perHandle(reading, base);
  const sides = exact?.[moment] ?? null;
  return {
    ...pair,
    clientBytes: sides?.clientBytes ?? null,
    serverBytes: sides?.serverBytes ?? null,
    serverResidentBytes:
      sides === null
        ? null
        : (pair.residentBytes * sides.serverBytes) / (sides.serverBytes + sides.clientBytes),
  };
}

/** What so many idle connections of a server hold, by resident bytes after data has gone over them. */
export function memoryOf(
  document: Pick<ConnectionsDocument, 'connections'>,
  target: string,
  variant: string,
  connections: number,
): number | null {
  const record = document.connections.find((one) => one.target === target && one.variant === variant);
  const each = record === undefined ? null : (pairFigures(record, 'afterData')?.serverResidentBytes ?? null);
  return each === null ? null : each * connections;
}
