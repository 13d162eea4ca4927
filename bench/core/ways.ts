/** The ways to a handle that has settings, as scenarios of the same settings. */
import { type Scenario, type SettingChoice, scenario } from './scenario.js';

/** Set anew on each handle, and duplicated with a template. */
export function bothWays(settings: readonly SettingChoice[]): readonly Scenario[] {
  return [scenario('new-configure', settings), scenario('dup', settings)];
}

/** Both ways, and had from the SSL_CTX. Without settings that would be `new`, and is left out. */
export function everyWay(settings: readonly SettingChoice[]): readonly Scenario[] {
  return [...bothWays(settings), ...(settings.length === 0 ? [] : [scenario('new-inherit', settings)])];
}
