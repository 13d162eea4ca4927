/** What `dupmark threads` measures: each operation with each way of sharing that it can have. */
import { type Scenario, type SettingChoice, scenario, scenarioName } from '../core/scenario.js';
import { SHARES_HANDLE, type Sharing } from '../core/sharing.js';

/** A scenario, what its threads share, and whether their counters lie side by side in one cache line. */
export interface TeamScenario {
  readonly scenario: Scenario;
  readonly sharing: Sharing;
  readonly packed: boolean;
}

/** The control, and its twin whose counters share a cache line. */
export const CONTROLS: readonly TeamScenario[] = [
  { scenario: scenario('noop'), sharing: 'separate', packed: false },
  { scenario: scenario('noop'), sharing: 'separate', packed: true },
];

/** Every operation; a setting whose object all handles of a process share shows what its count costs. */
export function threadScenarios(
  shared: readonly SettingChoice[],
  sharings: readonly Sharing[],
): readonly TeamScenario[] {
  return teamScenarios(
    [
      scenario('new'),
      scenario('new-configure', shared),
      scenario('new-inherit', shared),
      scenario('dup'),
      scenario('dup', shared),
      scenario('dup-started'),
      scenario('up-ref'),
      scenario('clear'),
      scenario('new-bio'),
      scenario('new-bio', [], 'both', 1, 'tls-server'),
    ],
    sharings,
  );
}

/** Each scenario with each way of sharing that OpenSSL allows it, the controls first. */
export function teamScenarios(
  scenarios: readonly Scenario[],
  sharings: readonly Sharing[],
): readonly TeamScenario[] {
  return [
    ...CONTROLS,
    ...scenarios
      .filter(({ operation }) => operation !== 'noop')
      .flatMap((one) =>
        sharings
          .filter((sharing) => sharing !== 'handle' || SHARES_HANDLE.has(one.operation))
          .map((sharing) => ({ scenario: one, sharing, packed: false })),
      ),
  ];
}

/** The name of its series: `new-bio · shared context`, `noop · packed counters`. */
export function teamScenarioName({ scenario: one, sharing, packed }: TeamScenario, threads?: number): string {
  const what =
    one.operation === 'noop' ? (packed ? 'counters in one cache line' : 'control') : SHARING_TEXT[sharing];
  return `${scenarioName(one)} · ${what}${threads === undefined ? '' : ` · ${threads}`}`;
}

const SHARING_TEXT: Readonly<Record<Sharing, string>> = {
  separate: 'own contexts',
  context: 'one context',
  handle: 'one handle',
};
