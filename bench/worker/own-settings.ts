/**
 * Settings that users bring as C (native/own_setting.h), named by DUPMARK_OWN_SETTINGS: compiled once a process, and
 * handed to every worker. `--no-undefined` refuses a call of OpenSSL by its own name, which would land in Node's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { PROJECT_FOLDER } from './files.js';

/** In the user's environment C files, in a worker's what they were compiled to; separated by colons. */
export const OWN_SETTINGS_VARIABLE = 'DUPMARK_OWN_SETTINGS';

const compiled = new Map<string, string>();
let folder: string | null = null;

/** What a worker's environment needs for the user's own settings: nothing, mostly. Throws CouldNotRun. */
export function ownSettingsEnvironment(
  named = process.env[OWN_SETTINGS_VARIABLE] ?? '',
): Readonly<Record<string, string>> {
  const files = named.split(':').filter((file) => file !== '');
  return files.length === 0 ? {} : { [OWN_SETTINGS_VARIABLE]: files.map(compile).join(':') };
}

function compile(file: string): string {
  const source = resolve(file);
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const fail = (reason: string) =>
    new CouldNotRun(`${OWN_SETTINGS_VARIABLE}: ${printable(file)}: ${printable(reason)}`);
  if (!existsSync(source)) throw fail('no such file');
  const library = join(ownFolder(), `${compiled.size}.so`);
  const flags = ['-std=c11', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror'];
  const include = `-I${join(PROJECT_FOLDER, 'native')}`;
  const ended = spawnSync('cc', [...flags, include, '-Wl,--no-undefined', '-x', 'c', source, '-o', library], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (ended.error !== undefined) throw fail(`cannot start the C compiler: ${messageOf(ended.error)}`);
  if (ended.status !== 0) {
    const lines = ended.stderr.split('\n');
    throw fail(lines.find((line) => /error|undefined reference/.test(line)) ?? 'the C compiler refuses it');
  }
  compiled.set(source, library);
  return library;
}

function ownFolder(): string {
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), 'dupmark-own-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}
