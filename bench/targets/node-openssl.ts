/**
 * Which OpenSSL each Node release carries: one release for each OpenSSL version that Node ever had since 12.22. Each was read
 * from the release's own executable; `make check-node-openssl` reads them again and looks for versions that are not here yet.
 *
 * From 16 to 18, Node built OpenSSL with patches for QUIC, whose versions say so. They change the handle, so that such releases are a
 * series of their own.
 */
export interface NodeOpenssl {
  /** As the release itself says, `process.versions.openssl`. */
  readonly openssl: string;
  readonly node: string;
}

const table = (text: string): readonly NodeOpenssl[] =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .map((line) => {
      const [openssl = '', node = ''] = line.split(/\s+/);
      return { openssl, node };
    });

/** Oldest OpenSSL first, those with a fork's patches after the others. */
export const NODE_OPENSSL = table(`
  1.1.1k        12.22.1
  1.1.1l        14.18.0
  1.1.1m        14.19.0
  1.1.1n        14.19.1
  1.1.1o        14.19.3
  1.1.1q        14.20.0
  1.1.1s        14.21.2
  1.1.1t        14.21.3
  3.0.16        20.19.5
  3.0.17        20.20.0
  3.0.19        20.20.2
  3.5.1         24.5.0
  3.5.2         24.7.0
  3.5.3         24.9.0
  3.5.4         24.13.0
  3.5.5         24.15.0
  3.5.6         24.16.0
  3.5.7         24.18.0
  3.5.8         24.21.0
  1.1.1k+quic   16.0.0
  1.1.1l+quic   16.9.1
  1.1.1m+quic   16.14.0
  1.1.1n+quic   16.14.2
  1.1.1o+quic   16.15.1
  1.1.1q+quic   16.18.1
  1.1.1s+quic   16.19.0
  1.1.1t+quic   16.19.1
  1.1.1u+quic   16.20.1
  1.1.1v+quic   16.20.2
  3.0.0+quic    17.0.1
  3.0.1+quic    17.3.0
  3.0.2+quic    17.7.2
  3.0.3+quic    18.4.0
  3.0.5+quic    18.8.0
  3.0.7+quic    18.12.1
  3.0.8+quic    18.16.0
  3.0.9+quic    18.16.1
  3.0.10+quic   18.18.2
  3.0.12+quic   18.19.0
  3.0.13+quic   20.17.0
  3.0.15+quic   18.20.5
`);
