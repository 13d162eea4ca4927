/**
 * Tools that an ordinary install does without: each in a package of its own under tools/, with a lock file, installed on
 * first use by the user's own npm.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { failureLine, run } from '../targets/child.js';
import { PROJECT_FOLDER } from '../worker/files.js';

export type Tool = 'clinic' | 'heapdump';

/** clinic is 694 packages. */
const INSTALL_MS = 900_000;

/** The folder of an installed tool's own package. */
export function toolFolder(tool: Tool): string {
  return join(packageFolder(tool), 'node_modules', tool);
}

function packageFolder(tool: Tool): string {
  return join(PROJECT_FOLDER, 'tools', tool);
}

/** Holds the lock file that an installation was made by: one that was cut short, or is of another version, is none. */
function stampFile(tool: Tool): string {
  return join(packageFolder(tool), 'node_modules', '.installed');
}

function lockText(tool: Tool): string {
  return readFileSync(join(packageFolder(tool), 'package-lock.json'), 'utf8');
}

export function isInstalled(tool: Tool): boolean {
  try {
    return readFileSync(stampFile(tool), 'utf8') === lockText(tool);
  } catch {
    return false;
  }
}

/** Installs a tool unless it is there. Throws CouldNotRun with what to do when it cannot be. */
export async function installTool(tool: Tool, offline: boolean, say: (line: string) => void): Promise<void> {
  if (isInstalled(tool)) return;
  const folder = packageFolder(tool);
  if (!existsSync(join(folder, 'package-lock.json'))) {
    throw new CouldNotRun(
      `this dupmark comes without the folder tools/${tool}, which names the version of ${tool} to install`,
    );
  }
  const byHand = `npm ci --prefix ${join('tools', tool)}`;
  if (offline)
    throw new CouldNotRun(`${tool} is not installed, and this is offline; with a network: ${byHand}`);
  say(`installing ${tool} into ${folder}, once`);
  // clinic's parts need no install scripts; heapdump is compiled by its own, which its package.json allows.
  const scripts = tool === 'heapdump' ? [] : ['--ignore-scripts'];
  const ended = await run(
    'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--no-update-notifier', ...scripts],
    {
      cwd: folder,
      timeoutMs: INSTALL_MS,
      fills: folder,
    },
  );
  if (ended.status !== 0) {
    throw new CouldNotRun(
      `${tool} could not be installed (${failureLine('npm', ended)}); by hand: ${byHand}`,
    );
  }
  writeFileSync(stampFile(tool), lockText(tool));
}
