import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findDebianMirrors, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';

const BOOKWORM = `Types: deb deb-src
# a comment in the middle
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

const BULLSEYE = `# deb cdrom:[Debian GNU/Linux 11]/ bullseye main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://mirror.example.org/debian/ bullseye main contrib # trailing
deb-src https://mirror.example.org/debian/ bullseye main
deb https://security.example.org/debian-security bullseye-security main
deb cdrom:[disc]/ bullseye main
`;

const UBUNTU = `Types: deb
URIs: http://archive.example.org/ubuntu/
Suites: noble noble-updates noble-backports
Components: main restricted universe multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Types: deb
URIs: http://security.example.org/ubuntu/
Suites: noble-security
Components: main restricted universe multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
`;

test('Debian 12, deb822', () => {
  const sources = parseDeb822Sources(BOOKWORM);
  assert.is(sources.length, 2);
  assert.equal(sources[0]?.suites, ['bookworm', 'bookworm-updates']);
  assert.equal(findDebianMirrors(sources), {
    main: 'http://mirror.example.org/debian',
    security: 'http://mirror.example.org/debian-security',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('Debian 11, one line each, with options', () => {
  const sources = parseOneLineSources(BULLSEYE);
  assert.equal(sources[0]?.components, ['main', 'contrib']);
  assert.equal(findDebianMirrors(sources), {
    main: 'https://mirror.example.org/debian/',
    security: 'https://security.example.org/debian-security',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('Ubuntu 24.04 has no Debian mirror', () => {
  assert.is(findDebianMirrors(parseDeb822Sources(UBUNTU)), null);
});

test('no sources at all', () => {
  assert.is(findDebianMirrors([]), null);
  assert.equal(parseDeb822Sources('\n\n'), []);
  assert.equal(parseOneLineSources('nonsense\ndeb\ndeb http://only.example.org\n'), []);
});

test('other vendors under the name of a Debian suite are not Debian', () => {
  const vendors = parseOneLineSources(`
deb [signed-by=/etc/apt/keyrings/vendor.gpg] https://packages.example.org/vendor/12/prod bookworm main
deb https://packages.example.org/tool stable main
deb [signed-by=/etc/apt/keyrings/engine.asc] https://download.example.org/linux/debian bookworm stable
`);
  assert.is(findDebianMirrors(vendors), null);
  const all = [...vendors, ...parseDeb822Sources(BOOKWORM)];
  assert.is(findDebianMirrors(all)?.main, 'http://mirror.example.org/debian');
});

test('disabled sources do not count', () => {
  assert.equal(parseDeb822Sources(`Enabled: no\n${BOOKWORM}`).length, 1);
});

test('a key in the file itself names no keyring', () => {
  const [source] = parseDeb822Sources(`Types: deb
URIs: http://mirror.example.org/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 /0123abcd
 -----END PGP PUBLIC KEY BLOCK-----
`);
  assert.equal(source?.keyrings, []);
});

test('a mirror list and the old name of the security suite', () => {
  const sources = parseOneLineSources(`
deb mirror+file:/etc/apt/mirrors/debian.list bookworm main
deb http://mirror.example.org/debian buster main
deb http://mirror.example.org/debian-security buster/updates main
`);
  const found = findDebianMirrors(sources);
  assert.is(found?.main, 'mirror+file:/etc/apt/mirrors/debian.list');
  assert.is(found?.security, 'http://mirror.example.org/debian-security');
});

test.run();
