/** speedscope's own format (https://www.speedscope.app/file-format-schema.json), "sampled" profiles. */
import type { Measure } from './stacks.js';

/** One profile for each measure of each target, in one file. What is below 0 has no place in a flame graph: left out. */
export function speedscope(
  title: string,
  targets: readonly { readonly id: string; readonly measures: readonly Measure[] }[],
  exporter: string,
): object {
  const frames: { name: string; file?: string; line?: number }[] = [];
  const indexes = new Map<string, number>();
  const profiles = targets.flatMap(({ id, measures }) =>
    measures.map(({ name, unit, stacks }) => {
      const shown = stacks.filter(({ value }) => value > 0);
      const weights = shown.map(({ value }) => value);
      return {
        type: 'sampled',
        name: `${id}: ${name}`,
        unit: unit === 'bytes' ? 'bytes' : 'none',
        startValue: 0,
        endValue: weights.reduce((sum, value) => sum + value, 0),
        samples: shown.map(({ frames: stack }) =>
          stack.map(({ name: frame, file, line }) => {
            const key = `${file}\n${frame}\n${line}`;
            const known = indexes.get(key);
            if (known !== undefined) return known;
            indexes.set(key, frames.length);
            frames.push({ name: frame, ...(file === '' ? {} : { file }), ...(line === 0 ? {} : { line }) });
            return frames.length - 1;
          }),
        ),
        weights,
      };
    }),
  );
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name: title,
    exporter,
    activeProfileIndex: 0,
    shared: { frames },
    profiles,
  };
}
