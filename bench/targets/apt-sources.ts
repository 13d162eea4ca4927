/**
 * Reads the machine's apt sources, in both formats, and finds Debian's mirrors and keyring among them. Pure: the
 * texts come in, the answer goes out.
 */

/** One source of binary packages, as either format states it. */
export interface AptSource {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Signed-By: absolute paths only; a key written into the file itself or a fingerprint is left out. */
  readonly keyrings: readonly string[];
}

/** Where Debian's packages come from on this machine. */
export interface DebianMirrors {
  readonly main: string;
  /** The security archive, where one is configured. */
  readonly security: string | null;
  /** The keyring that the machine's source names, if it names a file. */
  readonly keyring: string | null;
}

/** Reads a `.list` file: `deb [options] URI SUITE COMPONENT…` on each line. Lines that are none are passed over. */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    const [, options = '', uri, suite, components = ''] = match ?? [];
    if (uri === undefined || suite === undefined) continue;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
    sources.push({
      uris: [uri],
      suites: [suite],
      components: words(components),
      keyrings: keyringPaths(signedBy),
    });
  }
  return sources;
}

/** Reads a `.sources` file: paragraphs of `Field: value` with continuation lines (deb822). */
export function parseDeb822Sources(text: string): AptSource[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
  const sources: AptSource[] = [];
  for (const paragraph of withoutComments.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    let name = '';
    for (const line of paragraph.split('\n')) {
      const field = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
      if (field?.[1] !== undefined) {
        name = field[1].toLowerCase();
        fields.set(name, field[2] ?? '');
      } else if (/^[ \t]/.test(line) && name !== '') {
        fields.set(name, `${fields.get(name) ?? ''} ${line}`);
      }
    }
    const get = (field: string): string[] => words(fields.get(field) ?? '');
    if (!get('types').includes('deb') || /^\s*(no|false|0)\s*$/i.test(fields.get('enabled') ?? '')) continue;
    sources.push({
      uris: get('uris'),
      suites: get('suites'),
      components: get('components'),
      keyrings: keyringPaths(fields.get('signed-by') ?? ''),
    });
  }
  return sources;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function keyringPaths(signedBy: string): string[] {
  // The lines of a key in the file itself may begin with a slash too.
  if (signedBy.includes('BEGIN PGP')) return [];
  return signedBy.split(/[\s,]+/).filter((word) => word.startsWith('/'));
}

/** Names that only Debian's own archive gives to its suites, with the pockets beside them. */
const DEBIAN_SUITE =
  /^(buster|bullseye|bookworm|trixie|forky|duke|sid|unstable|testing|stable|oldstable|oldoldstable|experimental)(-updates|-backports|-proposed-updates)?$/;
const DEBIAN_SECURITY_SUITE =
  /^((buster|bullseye|bookworm|trixie|forky|duke|testing|stable|oldstable|oldoldstable)-security|(buster|stable|oldstable|oldoldstable)\/updates)$/;

/** Schemes that the private root can use too; a CD is not one of them. */
const USABLE_URI = /^(https?|file|copy|mirror\+(https?|file)|tor\+https?):/;

/**
 * Finds Debian's main and security mirror among the sources; null where none is Debian's. Other vendors use
 * Debian's suite names too, so a source counts only if the Debian keyring signs it or its address says debian.
 */
export function findDebianMirrors(sources: readonly AptSource[]): DebianMirrors | null {
  const main = pick(sources, DEBIAN_SUITE);
  if (main === null) return null;
  return {
    main: main.uri,
    security: pick(sources, DEBIAN_SECURITY_SUITE)?.uri ?? null,
    keyring: main.keyring,
  };
}

function pick(
  sources: readonly AptSource[],
  suitePattern: RegExp,
): { uri: string; keyring: string | null } | null {
  const candidates = sources
    .filter((source) => source.components.includes('main'))
    .filter((source) => source.suites.some((suite) => suitePattern.test(suite.replace(/\/$/, ''))))
    .flatMap((source) => source.uris.map((uri) => ({ uri, keyring: source.keyrings[0] ?? null })))
    .filter(({ uri }) => USABLE_URI.test(uri));
  return (
    candidates.find(({ keyring }) => keyring !== null && /\/debian-archive-[^/]*$/.test(keyring)) ??
    candidates.find(({ uri, keyring }) => keyring === null && looksDebian(uri)) ??
    // A mirror that is signed again with a key of its own, as some companies have.
    candidates.find(({ uri, keyring }) => keyring !== null && /\/debian(-security)?\/?$/.test(uri)) ??
    null
  );
}

function looksDebian(uri: string): boolean {
  return /\/debian(-[a-z-]+)?(\.list)?(\/|$)/.test(uri);
}
