/** Colours, or none. */
import { createColors } from 'picocolors';

export type Paint = Pick<ReturnType<typeof createColors>, 'bold' | 'dim' | 'red' | 'green' | 'yellow'>;

export function paintFor(colour: boolean): Paint {
  return createColors(colour);
}
