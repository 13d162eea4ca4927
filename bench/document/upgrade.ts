/** Documents of older schema versions in the form of today's. Whether they are valid is for the schema to say. */

/** Version 1 had no new-inherit, so nothing that was set on handles for it and no ratio to it. */
export function upgraded(value: unknown): unknown {
  if (!isRecord(value) || value.schemaVersion !== 1) return value;
  const { cells } = value;
  return {
    ...value,
    schemaVersion: 2,
    setOnHandles: [],
    cells: Array.isArray(cells)
      ? cells.map((cell) => (isRecord(cell) ? { ...cell, dupToNewInherit: null } : cell))
      : cells,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
