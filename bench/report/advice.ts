/** Advice as text for a terminal. */
import type { Advice, Choice, TargetAdvice } from '../advise/advise.js';
import { printableValue } from '../core/errors.js';
import type { MemoryReading } from '../core/sample.js';
import type { Comparison } from '../stats/comparison.js';
import type { Summary } from '../stats/summary.js';
import { shortVersion } from './cells.js';
import { formatCount, formatNs, formatRatio, formatReach } from './format.js';
import { wrap } from './layout.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth } from './terminal.js';

const WORDS: Readonly<Record<Choice, string>> = {
  dup: 'duplicate a template',
  setters: 'SSL_new and the setters',
  context: 'SSL_new from an SSL_CTX that has them',
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
      'What is set on an SSL_CTX holds for every handle made from it later: that way is for settings that all of them may have.',
      width,
    ).map(paint.dim),
  ];
  return `${lines.join('\n')}\n`;
}

function targetLines(one: TargetAdvice): readonly string[] {
  const head = `${one.target} (${shortVersion(one.version)})`;
  if (one.kind === 'not-available') return [`${head}: not available here`, one.reason];
  const { ratio, configure, dup, context, bareNew } = one;
  return [
    `${head}: ${WORDS[one.choice]}`,
    `SSL_dup ${formatNs(dup.medianNs)}, SSL_new and setters ${formatNs(configure.medianNs)}: ${differenceOf(ratio, dup, configure)}` +
      (bareNew === null ? '' : `; SSL_new, bare context ${formatNs(bareNew.medianNs)}`),
    ...(context === null
      ? ['cannot be set on the context: none of the settings']
      : [
          `SSL_CTX with the settings: SSL_new ${formatNs(context.inherit.medianNs)}, SSL_dup against it ${differenceOf(context.ratio, dup, context.inherit)}: ${WORDS[context.choice]}`,
          ...(context.setOnHandles.length === 0
            ? []
            : [`cannot be set on the context, so set on each handle: ${context.setOnHandles.join(', ')}`]),
        ]),
    `allocations: SSL_dup ${count(one.dupMemory)}, setters ${count(one.configureMemory)}` +
      (context === null ? '' : `, SSL_CTX ${count(context.memory)}`),
    ...one.lost.map((text) => `lost by SSL_dup: ${text}`),
  ];
}

function differenceOf({ ratio, interval }: Comparison, dup: Summary, other: Summary): string {
  const reach = interval === null ? '±?' : formatReach(ratio, interval.low, interval.high);
  const saved = other.medianNs - dup.medianNs;
  return `${formatRatio(ratio)} ${reach}, ${formatNs(Math.abs(saved))} ${saved >= 0 ? 'less' : 'more'} for each handle`;
}

function count(reading: MemoryReading | null): string {
  if (reading === null || reading.kind !== 'exact') return 'not counted';
  return `${formatCount(reading.allocations)} (${formatCount(reading.retainedBytes)} B kept)`;
}
