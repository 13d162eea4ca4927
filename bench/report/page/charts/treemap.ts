/** Tiles whose areas are in proportion, as a figure. */
import { formatShare } from '../../format.js';
import { svg } from '../dom.js';
import { squarify } from './squarify.js';

/** A Tile is one rectangle of the map. */
export interface Tile {
  readonly name: string;
  /** Above 0; the area. */
  readonly value: number;
  /** The value as people read it. */
  readonly text: string;
  /** A class that colours it. */
  readonly tone: string;
}

const WIDTH = 900;
const HEIGHT = 380;
/** A rectangle smaller than this has no room for its name. */
const NAME_WIDTH = 76;
const NAME_HEIGHT = 30;
/** How wide a character is, about. */
const CHARACTER = 6.2;

/** Tiles, largest first, with a name and a value in each that has room; all have them as their titles. */
export function treemapChart(tiles: readonly Tile[], label: string): SVGElement {
  const total = tiles.reduce((sum, { value }) => sum + value, 0);
  const places = squarify(
    tiles.map(({ value }) => value),
    { x: 0, y: 0, width: WIDTH, height: HEIGHT },
  );
  return svg(
    'svg',
    { class: 'treemap', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    tiles.map(({ name, value, text, tone }, i) => {
      const place = places[i];
      if (place === undefined) return null;
      const room = Math.floor((place.width - 10) / CHARACTER);
      const named = place.width >= NAME_WIDTH && place.height >= NAME_HEIGHT;
      return svg(
        'g',
        {},
        svg('title', {}, `${name}: ${text}, ${formatShare(value / total)}`),
        svg('rect', { class: `part ${tone}`, ...place }),
        named ? svg('text', { x: place.x + 5, y: place.y + 15 }, fitted(name, room)) : null,
        named ? svg('text', { class: 'amount', x: place.x + 5, y: place.y + 28 }, fitted(text, room)) : null,
      );
    }),
  );
}

/** Cut from the front: the end of a path tells more. */
function fitted(text: string, room: number): string {
  return text.length <= room ? text : `…${text.slice(text.length - Math.max(1, room - 1))}`;
}
