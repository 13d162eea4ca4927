/** Which dupmark this is. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from './files.js';

/** The package's version, and the git commit (`+dirty` with uncommitted changes) where it is a checkout. */
export function dupmarkVersion(): { readonly version: string; readonly commit: string | null } {
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, commit: gitCommit() };
}

function gitCommit(): string | null {
  if (!existsSync(join(PROJECT_FOLDER, '.git'))) return null;
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: PROJECT_FOLDER,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    const commit = git('rev-parse', 'HEAD');
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+dirty`;
  } catch {
    return null; // no git, or no commit yet
  }
}
