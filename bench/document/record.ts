/** Turns core values into the records that a document keeps. */
import { DEFAULT_METHOD } from '../core/method.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { Target, TargetFacts } from '../core/target.js';
import type { ScenarioRecord, TargetRecord } from './schema.js';

/** A target that was measured, or refused for a reason (with what it reported before that, if anything). */
export function recordTarget(
  target: Target,
  facts: TargetFacts | null,
  refused: string | null = null,
  twinOf: string | null = null,
): TargetRecord {
  const { id, provider, library, sha256 } = target;
  return { id, provider, package: target.package, library, sha256, facts, refused, twinOf };
}

/** A scenario, with its iterations per round once these are calibrated. */
export function recordScenario(scenario: Scenario, iterations: number | null = null): ScenarioRecord {
  const { operation, method, settings, phase, live, version } = scenario;
  const named = method === DEFAULT_METHOD ? {} : { method };
  return { name: scenarioName(scenario), operation, ...named, settings, phase, live, version, iterations };
}
