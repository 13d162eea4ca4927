/** What the tests of this folder share. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';

/** Runs an action with a temporary folder, which is removed afterwards. */
export async function inTemporaryFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dupmark-test-'));
  try {
    return await action(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs an action with environment variables set (or, with undefined, unset), and puts them back. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  action: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  setAll(variables);
  try {
    return await action();
  } finally {
    setAll(before);
  }
}

function setAll(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** The message of the CouldNotRun that an action throws: one line. Fails when it throws nothing or anything else. */
export async function refusal(action: () => unknown): Promise<string> {
  let thrown: unknown = null;
  try {
    await action();
  } catch (error) {
    thrown = error;
  }
  assert.instance(thrown, CouldNotRun, `not a CouldNotRun: ${String(thrown)}`);
  const message = thrown instanceof Error ? thrown.message : '';
  assert.not.match(message, /\n/);
  return message;
}
