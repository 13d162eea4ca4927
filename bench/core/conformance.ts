/** What SSL_dup does with settings, and what the man page's other sentences come to: the words of `dupmark conform`. */

/** What was observed of one setting on one target. The first six come from native/conform.cc, under the same names. */
export const CARRIED = {
  'own copy': 'the duplicate has it, and keeps it when the original changes',
  shared: 'the duplicate refers to the original’s own object, or changes with it',
  'not carried': 'the duplicate does not have it',
  'SSL_dup fails': 'SSL_dup of a handle that has it gives NULL',
  'only on the context': 'it cannot be set on an SSL; a duplicate has what its SSL_CTX has',
  absent: 'this version has no such setting',
  'could not observe': 'nothing shows it, or a control failed',
  crashed: 'the worker died of it',
} as const;

export type Carried = keyof typeof CARRIED;

/** Names of the states, in the order of CARRIED. */
export const CARRIED_NAMES = Object.keys(CARRIED) as readonly Carried[];

/** States in which a setting that was set is not there afterwards. */
export const LOST: ReadonlySet<Carried> = new Set<Carried>(['not carried', 'SSL_dup fails', 'crashed']);
/** States in which it is there. */
export const KEPT: ReadonlySet<Carried> = new Set<Carried>(['own copy', 'shared']);

/** One cell as a worker observed it, with the looks behind it in words (`shows it`, or what was seen instead). */
export interface ObservedCell {
  readonly carried: Carried;
  /** Why it is so, in one line. */
  readonly detail: string;
  /** Positive control: a handle that it was set on. Empty where it was not looked at, as all below. */
  readonly original: string;
  /** Negative control: a handle that it was not set on. */
  readonly sibling: string;
  readonly duplicate: string;
  readonly originalAfter: string;
  /** The original, after its duplicate was given another value. */
  readonly originalAfterChange: string;
  /** A handle of an SSL_CTX that it was set on; empty where no SSL_CTX can have it. */
  readonly inherited: string;
}

/** A cell of the matrix: one setting at one level, on one target, with or without a session set first. */
export interface ConformanceCell extends ObservedCell {
  readonly target: string;
  readonly setting: string;
  readonly level: string;
  readonly withSession: boolean;
}

/** What is asked of a sentence of the man page that is not a bullet of its list. */
export interface Claim {
  readonly id: string;
  /** The page's own words; empty where the page says nothing. */
  readonly sentence: string;
  readonly question: string;
  /** Takes longer than everything else together. */
  readonly slow: boolean;
}

export const VERDICTS_OF_CLAIMS = ['holds', 'does not hold', 'open', 'absent'] as const;

export interface ClaimAnswer {
  /** `open` where the page does not say; then `seen` is what happens. */
  readonly verdict: (typeof VERDICTS_OF_CLAIMS)[number];
  readonly seen: string;
}

export interface AskedClaim extends ClaimAnswer {
  readonly target: string;
  readonly claim: string;
}

/** Where what is observed is not what the page says, or not the same in every version. */
export const SURPRISE_KINDS = {
  'documented, not carried': 'a bullet of the page names it, and a duplicate does not have it',
  'carried, undocumented': 'a duplicate has it, and no bullet of the page names it: do not build on it',
  'changed between versions': 'a duplicate has it in some versions only',
  'shared once a session is set':
    'a duplicate’s own copy without a session; with one, changing the duplicate changes the original',
  'the page says otherwise': 'a sentence of the page that is not a bullet does not hold',
} as const;

export type SurpriseKind = keyof typeof SURPRISE_KINDS;
export const SURPRISE_KIND_NAMES = Object.keys(SURPRISE_KINDS) as readonly SurpriseKind[];

/** The name of a row: `cipher-list=20`, `options`, `options +session`. */
export function rowName(cell: {
  readonly setting: string;
  readonly level: string;
  readonly withSession: boolean;
}): string {
  const level = cell.level === 'default' ? '' : `=${cell.level}`;
  return `${cell.setting}${level}${cell.withSession ? ' +session' : ''}`;
}

export interface Surprise {
  readonly kind: SurpriseKind;
  /** The row of the matrix, or the claim. */
  readonly subject: string;
  /** OpenSSL versions, oldest first. */
  readonly versions: readonly string[];
  readonly consequence: string;
}
