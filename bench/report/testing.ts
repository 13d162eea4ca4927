/** A document for tests of reports, in which much went wrong. */

import type { RunDocument } from '../document/schema.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import { machineWarnings } from '../document/warnings.js';

const DUP = 'dup[cipher-list=20,certificate=ecdsa]';

/**
 * One target crashed half-way, one lacks an operation, one failed to apply a setting, one was refused, memory is not
 * counted on one, a setting is lost by SSL_dup, the machine is busy, and the user stopped the run.
 */
export function troubledDocument(): RunDocument {
  const base = exampleDocument();
  const environment = {
    ...base.environment,
    virtualisation: { hypervisor: true, vendor: 'QEMU' },
    stealFraction: 0.0123,
    frequencyGovernor: null,
  };
  const plan = { ...base.plan, pinnedCpu: null };
  const batches = exampleBatches().filter(({ target, scenario, block }) => {
    if (target === 'debian:experimental') return block < 4 && scenario !== 'up-ref';
    return (
      !(target === 'bundled' && scenario === DUP) && !(target === 'debian:bullseye' && scenario === 'noop')
    );
  });
  return exampleDocument(
    {
      status: { kind: 'partial', reason: 'stopped by the user' },
      environment,
      plan,
      warnings: machineWarnings(environment, plan),
      targets: [
        ...base.targets,
        {
          id: 'prefix:/opt/boringssl',
          provider: 'prefix',
          package: null,
          library: {
            kind: 'shared',
            libcrypto: '/opt/boringssl/libcrypto.so',
            libssl: '/opt/boringssl/libssl.so',
          },
          sha256: {},
          facts: null,
          twinOf: null,
          refused: 'SSL_new was answered by the system’s libssl.so.3, not by /opt/boringssl/libssl.so',
        },
      ],
      availability: [
        {
          target: 'debian:bullseye',
          scenario: 'noop',
          availability: { kind: 'absent', reason: 'OpenSSL 1.1.1w has no SSL_example' },
        },
        {
          target: 'bundled',
          scenario: DUP,
          availability: { kind: 'failed', reason: 'SSL_use_certificate: ee key too small' },
        },
      ],
      memory: base.memory.map((one) =>
        one.target === 'bundled'
          ? {
              ...one,
              reading: {
                kind: 'not-available',
                reason: 'node’s own OpenSSL has allocated already, so it refuses CRYPTO_set_mem_functions',
              },
            }
          : one,
      ),
      lost: ['debian:bullseye', 'debian:bookworm'].map((target) => ({
        target,
        scenario: DUP,
        settings: ['cipher-list: 30 ciphers where the template has 20'],
      })),
      events: [
        {
          at: '2026-08-01T12:00:31.000Z',
          kind: 'crash',
          target: 'debian:experimental',
          block: 4,
          scenario: null,
          message: 'the worker died (SIGSEGV)',
        },
      ],
    },
    batches,
  );
}
