/**
 * Presets: the settings that known programs really put on each handle, as plain data with their sources. A setting
 * that the catalogue does not have, or a target does not offer, is left out of a preset and named.
 */
import { parseChoice } from '../core/scenario.js';
import { type Combination, type Excludes, type Factor, isAllowed } from './combination.js';

export interface Preset {
  readonly name: string;
  readonly about: string;
  /** Where the program does so. */
  readonly source: string;
  /** SETTING, SETTING=LEVEL, or PREFIX* for every setting whose id begins so. */
  readonly settings: readonly string[];
}

export const PRESETS: readonly Preset[] = [
  {
    name: 'bare',
    about: 'a handle as SSL_new gives it',
    source: 'SSL_new(3)',
    settings: [],
  },
  {
    name: 'node-like',
    about:
      'what Node.js sets on every TLS socket: buffers released, its own pointer, info and certificate callbacks, verification',
    source: 'nodejs/node, src/crypto/crypto_tls.cc, TLSWrap::InitSSL',
    settings: ['mode', 'ex-data', 'info-callback', 'certificate-callback', 'verify'],
  },
  {
    name: 'nginx-like',
    about: 'what nginx sets on every connection, and again when the server name selects another server',
    source:
      'nginx/nginx, src/event/ngx_event_openssl.c, ngx_ssl_create_connection; src/http/ngx_http_request.c, ngx_http_ssl_servername',
    settings: ['options', 'ex-data', 'verify', 'verify-depth'],
  },
  {
    name: 'haproxy-like',
    about:
      'what HAProxy sets when the client hello selects a certificate: verification, the list of client CAs, its own pointer',
    source: 'haproxy/haproxy, src/ssl_clienthello.c, ssl_sock_switchctx_set; src/ssl_sock.c, SSL_set_ex_data',
    settings: ['ex-data', 'verify', 'client-ca-list'],
  },
  {
    name: 'mutual-tls-server',
    about: 'a server with a certificate of its own per handle, which asks clients for theirs',
    source: 'SSL_use_certificate(3), SSL_set_client_CA_list(3), SSL_set_verify(3)',
    settings: ['certificate', 'certificate-chain', 'client-ca-list', 'verify', 'min-proto-version'],
  },
  {
    name: 'dane-client',
    about: 'a client that checks the server against TLSA records',
    source: 'SSL_CTX_dane_enable(3), EXAMPLES; vdukhovni/postfix, src/tls/tls_dane.c, tls_dane_enable',
    settings: ['dane*'],
  },
];

export interface ResolvedPreset {
  readonly preset: Preset;
  readonly combination: Combination;
  /** What of it is not offered, or excluded by what stands before it. */
  readonly missing: readonly string[];
}

/** A preset with what is offered; null when it names settings and none of them is. */
export function resolvePreset(
  preset: Preset,
  factors: readonly Factor[],
  excludes: Excludes,
): ResolvedPreset | null {
  const chosen = new Map<string, string>();
  const missing: string[] = [];
  for (const wanted of preset.settings) {
    const found = matches(wanted, factors);
    if (found.length === 0) missing.push(wanted);
    for (const choice of found) {
      const taken = [...chosen].map(([setting, level]) => ({ setting, level }));
      if (isAllowed([...taken, choice], excludes)) chosen.set(choice.setting, choice.level);
      else missing.push(choice.setting);
    }
  }
  if (preset.settings.length > 0 && chosen.size === 0) return null;
  const combination = factors.flatMap(({ setting }) => {
    const level = chosen.get(setting);
    return level === undefined ? [] : [{ setting, level }];
  });
  return { preset, combination, missing };
}

function matches(wanted: string, factors: readonly Factor[]): Combination {
  if (wanted.endsWith('*')) {
    return factors
      .filter(({ setting }) => setting.startsWith(wanted.slice(0, -1)))
      .flatMap(({ setting, levels }) => (levels[0] === undefined ? [] : [{ setting, level: levels[0] }]));
  }
  const { setting, level } = parseChoice(wanted);
  const factor = factors.find((one) => one.setting === setting);
  const found = wanted.includes('=') ? factor?.levels.find((one) => one === level) : factor?.levels[0];
  return found === undefined ? [] : [{ setting, level: found }];
}
