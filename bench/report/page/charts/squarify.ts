/**
 * A squarified treemap: M. Bruls, K. Huizing, J. J. van Wijk, "Squarified Treemaps", 2000. Rectangles are laid in
 * rows along the shorter side, a row being closed when one more would make its worst side ratio worse.
 */

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A rectangle for each value (all above 0, largest first), filling `room`, areas in proportion. */
export function squarify(values: readonly number[], room: Rectangle): readonly Rectangle[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const scale = (room.width * room.height) / total;
  const areas = values.map((value) => value * scale);
  const placed: Rectangle[] = [];
  let free = room;
  for (let start = 0; start < areas.length; ) {
    const side = Math.min(free.width, free.height);
    let end = start + 1;
    while (
      end < areas.length &&
      worst(areas.slice(start, end + 1), side) <= worst(areas.slice(start, end), side)
    )
      end++;
    const row = areas.slice(start, end);
    const thickness = row.reduce((sum, area) => sum + area, 0) / side;
    let along = 0;
    const upright = free.height <= free.width;
    for (const area of row) {
      const length = area / thickness;
      placed.push(
        upright
          ? { x: free.x, y: free.y + along, width: thickness, height: length }
          : { x: free.x + along, y: free.y, width: length, height: thickness },
      );
      along += length;
    }
    free = upright
      ? { ...free, x: free.x + thickness, width: free.width - thickness }
      : { ...free, y: free.y + thickness, height: free.height - thickness };
    start = end;
  }
  return placed;
}

/** The worst ratio of sides in a row of rectangles along `side`. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((total, area) => total + area, 0);
  const squared = (sum / side) ** 2;
  return Math.max(...row.map((area) => Math.max(squared / area, area / squared)));
}
