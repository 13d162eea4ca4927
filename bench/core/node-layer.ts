/**
 * The Node layer: what Node's own tls and a Node-API addon cost, next to what OpenSSL does beneath them. Rounds of a task
 * and of the native work that is inside it alternate in one process, on the OpenSSL inside that Node.
 */

/** What is timed, in the order of the report. */
export const NODE_LAYER_TASKS = [
  'addon-call',
  'handle',
  'handle-collected',
  'secure-context',
  'secure-context-key',
  'tls-socket',
  'connection',
] as const;
export type NodeLayerTask = (typeof NODE_LAYER_TASKS)[number];

/** OpenSSL's part, done natively. */
export const NATIVE_WORK = {
  new: 'SSL_new and SSL_free',
  'new-bio': 'SSL_new, two memory BIOs, SSL_free',
  context: 'SSL_CTX_new, the cipher list that Node sets, SSL_CTX_free',
  connection: 'SSL_new twice, the handshake over memory BIOs, SSL_free twice',
} as const;
export type NativeWork = keyof typeof NATIVE_WORK;

export interface NodeLayerTaskFacts {
  readonly about: string;
  /** What OpenSSL does inside it; null where it has no part. */
  readonly beneath: NativeWork | null;
}

export const NODE_LAYER: Readonly<Record<NodeLayerTask, NodeLayerTaskFacts>> = {
  'addon-call': { about: 'a Node-API function that does nothing', beneath: null },
  handle: { about: 'new SslHandle (an ObjectWrap class) and its close', beneath: 'new' },
  'handle-collected': { about: 'new SslHandle, dropped: with the collection that frees it', beneath: 'new' },
  'secure-context': { about: 'tls.createSecureContext()', beneath: 'context' },
  'secure-context-key': {
    about: 'tls.createSecureContext() with a certificate and its key',
    beneath: 'context',
  },
  'tls-socket': { about: 'new tls.TLSSocket and destroy, not connected', beneath: 'new-bio' },
  connection: { about: 'a whole TLS 1.3 connection over loopback, both ends', beneath: 'connection' },
};

export function isNodeLayerTask(text: string): text is NodeLayerTask {
  return NODE_LAYER_TASKS.some((task) => task === text);
}

/** The scenario name under which the rounds of OpenSSL's part of a task are kept. */
export function beneathName(task: NodeLayerTask): string {
  return `${task}/openssl`;
}
