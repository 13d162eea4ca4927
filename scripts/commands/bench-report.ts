/** What `dupmark bench` shows of a run: its tables, or its models where it has many combinations. */
import { formatChoice } from '../../bench/core/scenario.js';
import { deriveInfluence, writeInfluence } from '../../bench/document/influence.js';
import { machines } from '../../bench/document/origin.js';
import { readRun } from '../../bench/document/read.js';
import type { RunDocument } from '../../bench/document/schema.js';
import {
  COMBINATIONS_FOR_MODELS,
  combinationsOf,
  type NamedCombination,
  renderInfluence,
} from '../../bench/report/influence.js';
import { renderRun, terminalOptions } from '../../bench/report/terminal.js';
import type { RunOutcome } from '../../bench/run/run.js';
import { PRESETS, resolvePreset } from '../../bench/suites/presets.js';
import { say, writeJson } from '../console.js';

/** Writes what `--json` asks for, and the report. */
export function showRun(json: string | undefined, stored: Pick<RunOutcome, 'document' | 'folder'>): void {
  if (json !== undefined) writeJson(json, stored.document);
  const text = rendered(stored);
  if (json === '-') return;
  process.stdout.write(text);
  say(`kept in ${stored.folder}`);
}

/** The report that suits the run: by its models when there are many combinations, which are then kept beside it. */
function rendered({ document, folder }: Pick<RunOutcome, 'document' | 'folder'>): string {
  // A model is of the times of one machine.
  if (combinationsOf(document) < COMBINATIONS_FOR_MODELS || machines(document).length > 1)
    return renderRun(document);
  const influence = deriveInfluence(document, readRun(folder).batches);
  writeInfluence(folder, influence);
  return renderInfluence(document, influence, namedCombinations(document), terminalOptions());
}

/** The presets as this run could have them. */
function namedCombinations({ scenarios }: RunDocument): readonly NamedCombination[] {
  const levels = new Map<string, string[]>();
  for (const { setting, level } of scenarios.flatMap(({ settings }) => settings)) {
    const known = levels.get(setting) ?? [];
    if (!known.includes(level)) levels.set(setting, [...known, level]);
  }
  const factors = [...levels].map(([setting, own]) => ({ setting, levels: own }));
  return PRESETS.flatMap((preset) => {
    const resolved = resolvePreset(preset, factors, () => false);
    if (resolved === null) return [];
    return { name: preset.name, source: preset.source, choices: resolved.combination.map(formatChoice) };
  });
}
