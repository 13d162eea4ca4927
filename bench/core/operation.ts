/** The operations that dupmark times. Their native loops are in native/operations.cc, under the same names. */

export const OPERATIONS = {
  noop: 'the loop alone, with no call: what dupmark itself costs (control)',
  new: 'SSL_new from a bare context, then SSL_free',
  'new-configure': 'SSL_new, then the same setters that the template has, then SSL_free',
  'new-inherit':
    'SSL_new from a context on which the same settings were made once, then SSL_free; what no context can have is set on each handle',
  dup: 'SSL_dup of a template that has the settings, then SSL_free',
  'dup-started': 'SSL_dup of a handle whose handshake has begun (the same handle comes back), then SSL_free',
  'up-ref': 'SSL_up_ref, then the SSL_free that gives the reference back',
  clear: 'SSL_clear of a configured handle, for re-use',
  'new-bio': 'SSL_new with two memory BIOs, then SSL_free (the workload of OpenSSL perftools sslnew)',
} as const;

export type Operation = keyof typeof OPERATIONS;

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly Operation[];

/** Which part of an iteration is timed: creation and free together, or one of them alone. */
export const PHASES = ['both', 'create', 'free'] as const;
export type Phase = (typeof PHASES)[number];

/** Operations that have no free of their own, so that only `both` exists. */
export const UNDIVIDED: ReadonlySet<Operation> = new Set<Operation>(['noop', 'clear']);

/** Operations that apply settings; the others always run bare. */
export const CONFIGURABLE: ReadonlySet<Operation> = new Set<Operation>([
  'new-configure',
  'new-inherit',
  'dup',
  'clear',
]);

export function isOperation(text: string): text is Operation {
  return OPERATION_NAMES.some((name) => name === text);
}
