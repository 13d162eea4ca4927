/** What the catalogue (native/settings/) says of its entries when a worker is asked to describe them. */
import { badValue } from './errors.js';
import { DEFAULT_LEVEL, parseChoice, type Scenario, type SettingChoice } from './scenario.js';

export interface SettingDescription {
  readonly id: string;
  /** Short name of the man page's bullet, or `undocumented`. */
  readonly bullet: string;
  /** OpenSSL_version_num from which the setting exists. */
  readonly existsSince: number;
  readonly documented: 'carried' | 'not carried';
  /** What a program calls to set it. */
  readonly call: string;
  /** What a user meets on a duplicate that has lost it. */
  readonly ifLost: string;
  /** In the suites that are run every day, whose length does not grow with the catalogue. */
  readonly everyday: boolean;
  /** Needs an SSL_CTX set up in a way that other settings may not expect. */
  readonly changesContext: boolean;
  /** Cannot be set on an SSL at all. */
  readonly onlyOnContext: boolean;
  /** Handles can have it from their SSL_CTX, so that it need not be set on each. */
  readonly inheritable: boolean;
  /** For datagram handles. */
  readonly dtls: boolean;
  /** OpenSSL_version_num from which SSL_dup is documented to carry it. */
  readonly documentedSince: number;
  /** The first is meant when none is named. */
  readonly levels: readonly string[];
  /** Makes every later handle of the process dearer, so that its scenarios come last in a block. */
  readonly taintsProcess: boolean;
  /** Settings (at any level) or SETTING=LEVEL that cannot be together with this one; it holds both ways. */
  readonly conflictsWith: readonly string[];
}

/**
 * Reads a comma-separated list such as `options,cipher-list=20` against the catalogue, in the catalogue's order
 * (the order in which settings are applied), so that one set of settings has one name. Throws CouldNotRun.
 */
export function parseSettings(
  text: string,
  catalogue: readonly SettingDescription[],
  flag = '--settings',
): readonly SettingChoice[] {
  const choices = new Map<string, SettingChoice>();
  for (const part of text.split(',')) {
    const asked = parseChoice(part.trim(), flag);
    const entry = catalogue.find((setting) => setting.id === asked.setting);
    if (entry === undefined) {
      throw badValue(
        flag,
        asked.setting,
        `a setting (accepted: ${catalogue.map((setting) => setting.id).join(', ')})`,
      );
    }
    const level = asked.level === DEFAULT_LEVEL ? (entry.levels[0] ?? DEFAULT_LEVEL) : asked.level;
    if (!entry.levels.includes(level)) {
      throw badValue(
        flag,
        `${asked.setting}=${level}`,
        `a level of ${asked.setting} (accepted: ${entry.levels.join(', ')})`,
      );
    }
    if (choices.has(entry.id)) throw badValue(flag, asked.setting, 'named once: it stands twice in the list');
    choices.set(entry.id, { setting: entry.id, level });
  }
  return catalogue.flatMap((setting) => choices.get(setting.id) ?? []);
}

/** A named scenario with its settings in the catalogue's order and at real levels. Throws CouldNotRun naming `flag`. */
export function inCatalogue(
  one: Scenario,
  catalogue: readonly SettingDescription[],
  flag = '--scenario',
): Scenario {
  if (one.settings.length === 0) return one;
  const text = one.settings.map(({ setting, level }) => `${setting}=${level}`).join(',');
  return { ...one, settings: parseSettings(text, catalogue, flag) };
}
