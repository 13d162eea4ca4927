/**
 * The SSL_METHODs of which a scenario's handles can be. Native side: native/methods.cc, under the same names. TLS is
 * meant where none is named, so that the names of all other scenarios stay what they were.
 */

export const METHODS = {
  tls: 'TLS_method: either side, as the program later says',
  'tls-client': 'TLS_client_method',
  'tls-server': 'TLS_server_method (what OpenSSL perftools sslnew uses)',
  dtls: 'DTLS_method',
  'dtls-client': 'DTLS_client_method',
  'dtls-server': 'DTLS_server_method',
  'quic-client': 'OSSL_QUIC_client_method (3.2 and later)',
  'quic-client-thread':
    'OSSL_QUIC_client_thread_method (3.2 and later): two descriptors a handle, and a thread once it connects',
  'quic-server': 'OSSL_QUIC_server_method (3.5 and later): a listener, made by SSL_new_listener',
} as const;

export type Method = keyof typeof METHODS;

export const METHOD_NAMES = Object.keys(METHODS) as readonly Method[];

/** What is meant where no method is named. */
export const DEFAULT_METHOD: Method = 'tls';

export function isMethod(text: string): text is Method {
  return METHOD_NAMES.some((name) => name === text);
}
