/**
 * Soaks Node's own TLS client and server: one connection over loopback a cycle, with a full handshake, a line there
 * and back, and an orderly end. Nothing of a connection may be left when it has closed.
 *
 *   dupmark soak examples/tls.soak.ts
 *   dupmark soak examples/tls.soak.ts --plant retained-socket:200
 *   dupmark soak examples/tls.soak.ts --selftest
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { defineSoak } from 'dupmark';
import { cert, key } from './certificate.js';

interface Echo {
  readonly server: Server;
  readonly port: number;
  /** What the server of the plant below forgets to take out. */
  readonly sessionsById: Map<number, TLSSocket>;
}

export default defineSoak<Echo>({
  name: 'tls',

  async setup() {
    const server = createServer({ key, cert }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, port: (server.address() as AddressInfo).port, sessionsById: new Map() };
  },

  async cycle({ server, port, sessionsById }, { number, planted }) {
    const accepted = once(server, 'secureConnection');
    const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: cert });
    await once(client, 'secureConnect');
    const [socket] = (await accepted) as [TLSSocket];
    if (planted('retained-socket')) sessionsById.set(number, socket);
    const closed = Promise.all([once(client, 'close'), once(socket, 'close')]);
    client.end('a line\n');
    client.resume();
    await closed;
  },

  teardown({ server, sessionsById }) {
    sessionsById.clear();
    server.close();
  },

  classes: ['TLSSocket', 'TLSWrap', 'SecureContext'],
  budget: { cycles: 4000, callSeconds: 10 },
  plants: {
    'retained-socket': { about: "a Map keeps a server's socket after it has closed", names: 'sessionsById' },
  },
});
