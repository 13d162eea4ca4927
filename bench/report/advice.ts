/** Advice as text for a terminal. */
import type { Advice, Choice, TargetAdvice } from '../advise/advise.js';
import { printableValue } from '../core/errors.js';
import type { MemoryReading } from '../core/sample.js';
import { shortVersion } from './cells.js';
import { formatCount, formatNs, formatRatio, formatReach } from './format.js';
import { wrap } from './layout.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth } from './terminal.js';

const WORDS: Readonly<Record<Choice, string>> = {
  dup: 'duplicate a template',
  setters: 'SSL_new and the setters',
  either: 'no difference found',
  undecided: 'too few blocks to say',
};

/** Ends in a newline. */
export function renderAdvice(given: Advice, options: RenderOptions): string {
  const advice = printableValue(given);
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const lines = [
    ...wrap(`settings: ${advice.settings.length === 0 ? 'none' : advice.settings.join(', ')}`, width, 2).map(
      paint.bold,
    ),
    ...advice.targets.flatMap((one) => {
      const [first, ...rest] = targetLines(one);
      return [
        ...wrap(first ?? '', width, 4).map(paint.bold),
        ...rest.flatMap((line) => wrap(line, width - 2, 2).map((part) => `  ${part}`)),
      ];
    }),
    ...advice.lost.flatMap(({ setting, targets }) =>
      wrap(
        `! SSL_dup loses ${setting} on ${targets.join(', ')}: set it again on every duplicate`,
        width,
        2,
      ).map(paint.red),
    ),
    ...wrap(
      'SSL_new from a bare context is shown for scale: what a handle costs whose SSL_CTX has the settings was not measured, as the catalogue sets them on handles.',
      width,
    ).map(paint.dim),
  ];
  return `${lines.join('\n')}\n`;
}

function targetLines(one: TargetAdvice): readonly string[] {
  const head = `${one.target} (${shortVersion(one.version)})`;
  if (one.kind === 'not-available') return [`${head}: not available here`, one.reason];
  const { ratio, configure, dup, bareNew } = one;
  const reach =
    ratio.interval === null ? '±?' : formatReach(ratio.ratio, ratio.interval.low, ratio.interval.high);
  const saved = configure.medianNs - dup.medianNs;
  const difference = `${formatNs(Math.abs(saved))} ${saved >= 0 ? 'less' : 'more'} for each handle`;
  return [
    `${head}: ${WORDS[one.choice]}`,
    `SSL_dup ${formatNs(dup.medianNs)}, SSL_new and setters ${formatNs(configure.medianNs)}: ${formatRatio(ratio.ratio)} ${reach}, ${difference}` +
      (bareNew === null ? '' : `; SSL_new, bare context ${formatNs(bareNew.medianNs)}`),
    `allocations ${count(one.dupMemory)} against ${count(one.configureMemory)}`,
    ...one.lost.map((text) => `lost by SSL_dup: ${text}`),
  ];
}

function count(reading: MemoryReading | null): string {
  if (reading === null || reading.kind !== 'exact') return 'not counted';
  return `${formatCount(reading.allocations)} (${formatCount(reading.retainedBytes)} B kept)`;
}
