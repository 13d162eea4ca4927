/** What threads that run one scenario side by side share. Native side: native/team.cc, under the same names. */
import type { Operation } from './operation.js';

export const SHARINGS = {
  separate: 'each thread has an SSL_CTX of its own',
  context: 'all threads make their handles from one SSL_CTX',
  handle: 'all threads take references to one handle',
} as const;

export type Sharing = keyof typeof SHARINGS;

export const SHARING_NAMES = Object.keys(SHARINGS) as readonly Sharing[];

/** OpenSSL lets threads share a handle's reference count but not its use (openssl-threads(7)). */
export const SHARES_HANDLE: ReadonlySet<Operation> = new Set<Operation>(['noop', 'dup-started', 'up-ref']);

export function isSharing(text: string): text is Sharing {
  return SHARING_NAMES.some((name) => name === text);
}
