/** Which Debian archive this machine uses, or the user named, and the keyring that its signatures are checked with. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badValue, CouldNotRun } from '../core/errors.js';
import { type AptSource, findDebianMirrors, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

export interface DebianArchive {
  readonly main: string;
  readonly security: string | null;
  /** Absolute path of the keyring file. */
  readonly keyring: string;
}

/** The environment variable by which a user names a Debian mirror. */
export const MIRROR_VARIABLE = 'DUPMARK_DEBIAN_MIRROR';

/** What the package debian-archive-keyring installs: the keys of every suite, old ones too. */
const KEYRINGS = [
  '/usr/share/keyrings/debian-archive-keyring.gpg',
  '/usr/share/keyrings/debian-archive-keyring.pgp',
];

/**
 * The Debian archive to use: the mirror that the user named, else the one in the machine's apt sources. Throws
 * CouldNotRun when there is none (as on Ubuntu), saying how to get one.
 */
export async function debianArchive(
  environment: NodeJS.ProcessEnv = process.env,
  etcApt = '/etc/apt',
): Promise<DebianArchive> {
  const named = environment[MIRROR_VARIABLE];
  if (named !== undefined && named !== '') {
    const main = checkedMirror(named);
    return { main, security: securityBeside(main), keyring: standardKeyring() };
  }
  const mirrors = findDebianMirrors(await readSources(etcApt));
  if (mirrors === null) {
    throw new CouldNotRun(
      `this machine's apt sources name no Debian mirror; set ${MIRROR_VARIABLE} to the URL of one ` +
        '(the package debian-archive-keyring is needed too)',
    );
  }
  // The complete keyring is preferred to one suite's part of it; a mirror signed anew has a keyring of its own.
  const own = mirrors.keyring;
  const isDebians = own === null || /\/debian-archive-[^/]*$/.test(own);
  return { ...mirrors, keyring: isDebians ? standardKeyring(own) : own };
}

/** Mirrors carry the security archive, where they do, beside the main one; apt.ts gets along without it. */
function securityBeside(main: string): string | null {
  return /\/debian\/?$/.test(main) ? main.replace(/\/$/, '').concat('-security') : null;
}

function standardKeyring(fallback: string | null = null): string {
  const found = [...KEYRINGS, ...(fallback === null ? [] : [fallback])].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new CouldNotRun(
    `${KEYRINGS[0]} is missing, and with it the keys that Debian's packages are signed with; ` +
      'install the package debian-archive-keyring',
  );
}

/** Checks a mirror's URL as a user gave it. Throws CouldNotRun naming the variable. */
export function checkedMirror(text: string): string {
  const problem = badValue(MIRROR_VARIABLE, text, 'an http, https or file URL');
  if (!/^(https?:\/\/[^\s/]\S*|file:\/\S+)$/.test(text) || !URL.canParse(text)) throw problem;
  return text;
}

/** All sources that apt itself would read; files that cannot be read are passed over, as in a minimal container. */
async function readSources(etcApt: string): Promise<AptSource[]> {
  const parts = join(etcApt, 'sources.list.d');
  const files = (await readdir(parts).catch(() => [])).sort().map((name) => join(parts, name));
  const sources: AptSource[] = [];
  for (const file of [join(etcApt, 'sources.list'), ...files]) {
    const parse = file.endsWith('.list')
      ? parseOneLineSources
      : file.endsWith('.sources')
        ? parseDeb822Sources
        : null;
    if (parse !== null) sources.push(...parse(await readFile(file, 'utf8').catch(() => '')));
  }
  return sources;
}
