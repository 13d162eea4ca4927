/**
 * A history as one picture: small charts above one another over the same OpenSSL versions, one colour and mark a series. It needs nothing
 * beside it, and follows the light or dark theme of whoever looks at it.
 */
import { compareOpenssl, upstreamVersion } from '../core/openssl-version.js';
import type { HistoryDocument } from '../document/history-schema.js';
import { concerns, type HistoryTrend, historyTrends, type TrendFigure } from '../document/history-trends.js';
import { formatCount } from './format.js';
import { describeChange } from './history.js';

/** What the picture shows, where the history has it. */
const PANELS: readonly { readonly scenario: string; readonly figure: TrendFigure; readonly title: string }[] =
  [
    { scenario: 'new', figure: 'time', title: 'time of SSL_new + SSL_free' },
    { scenario: 'dup', figure: 'time', title: 'time of SSL_dup + SSL_free' },
    { scenario: 'up-ref', figure: 'time', title: 'time of SSL_up_ref + SSL_free' },
    { scenario: 'new', figure: 'requestedBytes', title: 'bytes of one SSL_new' },
    { scenario: 'new', figure: 'allocations', title: 'allocations of one SSL_new' },
  ];

/** Okabe and Ito's colours, which colour-blind people tell apart; each with a mark of its own, and darker or lighter by theme. */
const STYLES = [
  { light: '#0072b2', dark: '#56b4e9', mark: 'circle' },
  { light: '#b34700', dark: '#e69f00', mark: 'square' },
  { light: '#00724f', dark: '#2fc99a', mark: 'triangle' },
  { light: '#9c4f7c', dark: '#dd9cc2', mark: 'diamond' },
] as const;
type Mark = (typeof STYLES)[number]['mark'];

const WIDTH = 960;
const LEFT = 74;
const RIGHT = 24;
const TOP = 90;
const PANEL = 132;
const GAP = 34;
const VERSIONS = 74;

export function historySvg(history: HistoryDocument): string {
  const trends = historyTrends(history);
  const series = [...new Set(history.steps.map((step) => step.series))];
  const versions = [...new Set(history.steps.map(({ openssl }) => upstreamVersion(openssl)))].sort(
    compareOpenssl,
  );
  const panels = PANELS.map((panel) => ({
    ...panel,
    trends: trends.filter((one) => one.scenario === panel.scenario && one.figure === panel.figure),
  })).filter((panel) => panel.trends.length > 0);
  const height = TOP + panels.length * (PANEL + GAP) - GAP + VERSIONS;
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, versions.length);
  const xOf = (openssl: string) => LEFT + step * (versions.indexOf(upstreamVersion(openssl)) + 0.5);
  const body = panels.map(({ title, figure, trends: own }, i) =>
    panelSvg({ title, figure, trends: own, top: TOP + i * (PANEL + GAP), xOf, series, history }),
  );
  const bottom = height - VERSIONS;
  const labels = versions.map(
    (version) =>
      `<text class="version" transform="translate(${round(xOf(version) + 4)} ${bottom + 10}) rotate(-60)">${escaped(version)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">What an SSL handle costs, OpenSSL ${escaped(versions[0] ?? '')} to ${escaped(versions.at(-1) ?? '')}</title>`,
    `<desc id="desc">${escaped(
      describe(
        history,
        panels.flatMap((panel) => panel.trends),
      ),
    )}</desc>`,
    `<style>${styleText(series.length)}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    `<text class="head" x="${LEFT - 58}" y="24">What an SSL handle costs, release by release</text>`,
    legend(series),
    ...body,
    ...labels,
    `<text class="label" x="${LEFT}" y="${height - 8}">OpenSSL version, one Node release or Debian package each; ┆ marks a change point</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** For those who do not see it: the changes, in words. */
function describe({ plan }: HistoryDocument, trends: readonly HistoryTrend[]): string {
  const changes = trends.flatMap(({ scenario, figure, changes: own }) =>
    own.map((one) => `${one.series}, ${scenario}, ${figure}: at ${one.opensslAfter} (${one.after})`),
  );
  return `Times are ratios to ${plan.reference}. Change points: ${changes.join('; ') || 'none'}.`;
}

function styleText(series: number): string {
  const colours = (theme: 'light' | 'dark') =>
    STYLES.slice(0, series)
      .map((style, i) => `.s${i}{color:${style[theme]}}`)
      .join('');
  return (
    'svg{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;color-scheme:light dark}' +
    '.ground{fill:#fff}text{fill:#24292f}.head{font-size:16px;font-weight:600}.title{font-weight:600}.label,.tick,.version{fill:#57606a;font-size:11px}' +
    '.version{text-anchor:end}.tick{text-anchor:end}.grid{stroke:#d0d7de;stroke-width:1}.reference{stroke:#8c959f;stroke-dasharray:2 3}' +
    '.line{fill:none;stroke:currentColor;stroke-width:1.5}.bar{stroke:currentColor;stroke-width:1.2}.mark{fill:currentColor}' +
    '.change{stroke:currentColor;stroke-width:1.5;stroke-dasharray:4 3;opacity:.75}.note{fill:currentColor;font-size:11px;font-weight:600}' +
    `${colours('light')}@media (prefers-color-scheme:dark){.ground{fill:#0d1117}text{fill:#e6edf3}.label,.tick,.version{fill:#9da7b3}` +
    `.grid{stroke:#30363d}.reference{stroke:#6e7681}${colours('dark')}.note{fill:currentColor}}`
  );
}

function legend(series: readonly string[]): string {
  let x = LEFT - 58;
  return series
    .map((name, i) => {
      const entry = `<g class="s${i}">${markSvg(styleOf(i).mark, x + 5, 44)}<text x="${x + 15}" y="48">${escaped(seriesText(name))}</text></g>`;
      x += 30 + 6.6 * seriesText(name).length;
      return entry;
    })
    .join('');
}

function seriesText(series: string): string {
  if (series === 'node') return 'inside Node releases';
  if (series === 'node+quic') return 'inside Node releases, with QUIC patches';
  if (series === 'debian') return 'Debian packages';
  return series;
}

function styleOf(index: number): (typeof STYLES)[number] {
  return STYLES[index % STYLES.length] ?? STYLES[0];
}

interface Panel {
  readonly title: string;
  readonly figure: TrendFigure;
  readonly trends: readonly HistoryTrend[];
  readonly top: number;
  readonly xOf: (openssl: string) => number;
  readonly series: readonly string[];
  readonly history: HistoryDocument;
}

function panelSvg({ title, figure, trends, top, xOf, series, history }: Panel): string {
  const values = trends.flatMap(({ points }) =>
    points.flatMap(({ value, low, high }) => [value, low, high].filter((one) => one !== null)),
  );
  const ticks = ticksOf(Math.min(...values), Math.max(...values));
  const [least = 0, most = 1] = [ticks[0], ticks.at(-1)];
  const yOf = (value: number) => top + PANEL - ((value - least) / (most - least || 1)) * PANEL;
  const unit =
    figure === 'time'
      ? ` (ratio to OpenSSL ${history.plan.referenceOpenssl} in ${history.plan.reference})`
      : '';
  const format = (value: number) => (figure === 'time' ? `${trimmed(value)}×` : formatCount(value));
  return [
    `<text class="title" x="${LEFT}" y="${top - 10}">${escaped(title)}<tspan class="label">${escaped(unit)}</tspan></text>`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(yOf(tick))}" y2="${round(yOf(tick))}"/>` +
        `<text class="tick" x="${LEFT - 8}" y="${round(yOf(tick) + 4)}">${format(tick)}</text>`,
    ),
    figure === 'time' && least <= 1 && most >= 1
      ? `<line class="grid reference" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(yOf(1))}" y2="${round(yOf(1))}"/>`
      : '',
    ...trends.map((trend) => trendSvg(trend, series.indexOf(trend.series), top, xOf, yOf)),
  ].join('');
}

function trendSvg(
  { series, points, changes, figure }: HistoryTrend,
  index: number,
  top: number,
  xOf: (openssl: string) => number,
  yOf: (value: number) => number,
): string {
  // Neighbouring series share an x: half a mark apart, both are seen.
  const shift = (index - 1) * 2.5;
  const placed = points.flatMap(({ openssl, target, value, low, high }) =>
    value === null ? [] : [{ openssl, target, value, low, high, x: xOf(openssl) + shift, y: yOf(value) }],
  );
  const line = placed.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  const bars = placed.flatMap(({ x, low, high }) =>
    low === null || high === null
      ? []
      : [
          `<line class="bar" x1="${round(x)}" x2="${round(x)}" y1="${round(yOf(low))}" y2="${round(yOf(high))}"/>`,
        ],
  );
  const marks = placed.map(
    ({ x, y, openssl, target, value }) =>
      `<g>${markSvg(styleOf(index).mark, x, y)}<title>${escaped(`${series} ${openssl} (${target}): ${trimmed(value)}`)}</title></g>`,
  );
  const flags = changes
    .filter((change) => concerns(change, figure))
    .flatMap((change) => {
      const at = placed.findIndex(({ target }) => target === change.after);
      const after = placed[at];
      if (after === undefined) return [];
      // Just before the release that has it, however far back the one before lies.
      const x = round(after.x - 6);
      const said = `${series}: OpenSSL ${change.opensslBefore} → ${change.opensslAfter}: ${describeChange(change)}`;
      return [
        `<g><line class="change" x1="${x}" x2="${x}" y1="${top}" y2="${top + PANEL}"/><title>${escaped(said)}</title></g>`,
      ];
    });
  return `<g class="s${index}">${flags.join('')}<path class="line" d="${line}"/>${bars.join('')}${marks.join('')}</g>`;
}

function markSvg(mark: Mark, x: number, y: number): string {
  const [cx, cy] = [round(x), round(y)];
  switch (mark) {
    case 'circle':
      return `<circle class="mark" cx="${cx}" cy="${cy}" r="3.4"/>`;
    case 'square':
      return `<rect class="mark" x="${round(x - 3)}" y="${round(y - 3)}" width="6" height="6"/>`;
    case 'triangle':
      return `<path class="mark" d="M${cx} ${round(y - 4)}L${round(x + 4)} ${round(y + 3)}L${round(x - 4)} ${round(y + 3)}Z"/>`;
    case 'diamond':
      return `<path class="mark" d="M${cx} ${round(y - 4.4)}L${round(x + 4.4)} ${cy}L${cx} ${round(y + 4.4)}L${round(x - 4.4)} ${cy}Z"/>`;
  }
}

/** Round numbers around all values, three to six of them. */
export function ticksOf(least: number, most: number): readonly number[] {
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  const span = Math.max(most - least, Math.abs(most) * 0.05, 1e-9);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const stride = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(least / stride);
  const last = Math.max(first + 1, Math.ceil(most / stride));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * stride).toPrecision(12)));
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
