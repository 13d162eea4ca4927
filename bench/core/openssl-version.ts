/** OpenSSL's version numbers, as it writes them: `1.1.1w`, `3.0.13+quic`, `4.0.0-beta1`. */

const VERSION = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?([a-z]*)(?:-([a-z0-9]+))?(?:\+([a-z0-9.]+))?/;

/** The version in what `OpenSSL_version(OPENSSL_VERSION)` says, or in a plain one; the text itself where there is none. */
export function opensslVersion(text: string): string {
  return /(?:^|\s)(\d+\.\d+\.\d+\S*)/.exec(text)?.[1] ?? text;
}

/** What a fork adds to its version, as in `quic`; null of OpenSSL's own. */
export function forkOf(version: string): string | null {
  return VERSION.exec(version)?.[6] ?? null;
}

/** The version without what a fork adds to it. */
export function upstreamVersion(version: string): string {
  return version.split('+')[0] ?? version;
}

/**
 * Negative when `a` is older: by numbers, then letters (1.1.1z before 1.1.1za), releases after their alphas and betas. What a fork adds
 * does not count.
 */
export function compareOpenssl(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return (
    left.letters.length - right.letters.length ||
    compareText(left.letters, right.letters) ||
    (left.preview === '' ? 1 : 0) - (right.preview === '' ? 1 : 0) ||
    compareText(left.preview, right.preview)
  );
}

/** Whether a version belongs to a series: `3.5.9` to `3.5` and `3`, `1.1.1w` to `1.1.1`, `3.50.1` not to `3.5`. */
export function isInSeries(version: string, series: string): boolean {
  return version.startsWith(series) && !/^\d/.test(version.slice(series.length));
}

function partsOf(version: string) {
  const match = VERSION.exec(version);
  return {
    numbers: [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)],
    letters: match?.[4] ?? '',
    preview: match?.[5] ?? '',
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
