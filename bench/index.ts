/**
 * The library: what `import … from 'dupmark'` gives. Everything that the command line does is in these; docs/library.md
 * has examples.
 */
export { type BenchOptions, type BenchResult, bench, gate } from './api/bench.js';
export { type OpenTarget, openTarget } from './api/open-target.js';
export type { CommonOptions } from './api/options.js';
export { Scenario } from './api/scenario.js';
export { type SoakOptions, soak } from './api/soak.js';
export { CouldNotRun } from './core/errors.js';
export type { Operation, Phase } from './core/operation.js';
export type { Availability, Batch, MemoryReading } from './core/sample.js';
export type { SettingChoice } from './core/scenario.js';
export type { SettingDescription } from './core/setting.js';
export type { TargetFacts } from './core/target.js';
export type { Compared, ComparedCell } from './document/compared.js';
export type { GateResult } from './document/gate.js';
export type { RunDocument } from './document/schema.js';
export type { SoakDocument } from './document/soak-schema.js';
export {
  defineSoak,
  type SoakBudget,
  type SoakClass,
  type SoakCycle,
  type SoakDefinition,
  type SoakPlant,
} from './soak/define.js';
