/** Documents for tests: of a small run over five targets, without randomness and without a machine. */
import type { Batch } from '../core/sample.js';
import { parseScenario } from '../core/scenario.js';
import type { TargetFacts } from '../core/target.js';
import { singleLook } from '../stats/looks.js';
import { COMPLETE } from '../stats/testing.js';
import { deriveCells } from './cells.js';
import { recordScenario } from './record.js';
import type { Environment, RunDocument, TargetRecord } from './schema.js';

export const QUIET_MACHINE: Environment = {
  cpuModel: 'AMD EPYC 7763 64-Core Processor',
  cpus: 2,
  architecture: 'x64',
  kernel: 'Linux 6.1.0-38-amd64',
  distribution: 'Debian GNU/Linux 12 (bookworm)',
  nodeVersion: 'v20.20.2',
  virtualisation: { hypervisor: false, vendor: null },
  frequencyGovernor: 'performance',
  loadAtStart: [0.12, 0.3, 0.25],
  loadAtEnd: [1.02, 0.5, 0.3],
  stealFraction: 0.0004,
  memoryBytes: 8_254_287_872,
  clockResolutionNs: 30,
  clockSource: 'tsc',
  turbo: false,
  smt: false,
  hugePages: 'madvise',
  addressRandomisation: 2,
};

/** id, package, reported version, cost of SSL_new relative to the first, allocations and bytes of SSL_new. */
const TARGETS = [
  ['bundled', null, 'OpenSSL 3.0.17 1 Jul 2025', 1, 7, 6_112],
  [
    'debian:bullseye',
    'libssl1.1 1.1.1w-0+deb11u3 amd64 (bullseye)',
    'OpenSSL 1.1.1w  11 Sep 2023',
    0.62,
    8,
    5_976,
  ],
  [
    'debian:bookworm',
    'libssl3 3.0.17-1~deb12u2 amd64 (bookworm)',
    'OpenSSL 3.0.17 1 Jul 2025',
    1.001,
    7,
    6_112,
  ],
  ['debian:trixie', 'libssl3t64 3.5.1-1 amd64 (trixie)', 'OpenSSL 3.5.1 1 Jul 2025', 1.9, 16, 10_536],
  [
    'debian:experimental',
    'libssl4 4.0.0~beta1-1 amd64 (experimental)',
    'OpenSSL 4.0.0-beta1',
    1.87,
    15,
    10_200,
  ],
] as const;

/** name and cost in ns on the first target. */
const SCENARIOS = [
  ['noop', 0.31],
  ['new', 1_204],
  ['dup', 1_530],
  ['up-ref', 4.57],
  ['new-configure[cipher-list=20,certificate=ecdsa]', 12_400],
  ['dup[cipher-list=20,certificate=ecdsa]', 3_110],
] as const;

function targetRecord([id, packageName, version, , allocations]: (typeof TARGETS)[number]): TargetRecord {
  const bundled = id === 'bundled';
  const folder = `/home/user/.cache/dupmark/targets/${id.replace(':', '/')}/usr/lib/x86_64-linux-gnu`;
  const home = bundled ? '/usr/bin/node' : `${folder}/libssl.so.3`;
  const crypto = bundled ? home : `${folder}/libcrypto.so.3`;
  const facts: TargetFacts = {
    version,
    versionNumber: 0x30000000,
    compiler: 'compiler: gcc -fPIC -pthread -m64 -O2',
    platform: 'platform: debian-amd64',
    home: { SSL_new: home, SSL_dup: home, CRYPTO_malloc: crypto },
    witness: bundled
      ? { method: 'allocator-delta', bytes: 6_544, left: 0 }
      : { method: 'memory-hooks', allocations, left: 0 },
    cLibrary: 'glibc 2.41',
    nodeVersion: 'v20.20.2',
  };
  return {
    id,
    provider: bundled ? 'bundled' : 'debian',
    package: packageName,
    library: bundled ? { kind: 'inside-node' } : { kind: 'shared', libcrypto: crypto, libssl: home },
    sha256: { [home]: digest(id), ...(bundled ? {} : { [crypto]: digest(`${id} crypto`) }) },
    facts,
    refused: null,
    twinOf: null,
  };
}

/** 64 hexadecimal digits that differ with the text; no real digest. */
function digest(text: string): string {
  return Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64);
}

/** Batches of every target and scenario: 0.2 % between blocks, 1 % between rounds, in a fixed pattern. */
export function exampleBatches(blocks = 8, rounds = 5): Batch[] {
  const batches: Batch[] = [];
  for (let block = 0; block < blocks; block++) {
    for (const [scenario, cost] of SCENARIOS) {
      TARGETS.forEach(([target, , , factor], t) => {
        const own = 1 + 0.002 * Math.sin(block * 7 + t * 3 + cost);
        const relative = scenario === 'noop' || scenario === 'up-ref' ? 1 : factor;
        const roundNs = Array.from(
          { length: rounds },
          (_, r) => cost * relative * own * (1 + 0.01 * Math.sin(r * 5 + block)),
        );
        batches.push({ block, target, scenario, iterations: 100, roundNs, state: COMPLETE });
      });
    }
  }
  return batches;
}

/** A complete and valid document over `batches`; `over` replaces whole fields (cells are derived after that). */
export function exampleDocument(
  over: Partial<RunDocument> = {},
  batches: readonly Batch[] = exampleBatches(),
): RunDocument {
  const document: RunDocument = {
    schemaVersion: 2,
    id: '20260801T120000Z-k3f9qa',
    status: { kind: 'complete' },
    startedAt: '2026-08-01T12:00:00.000Z',
    endedAt: '2026-08-01T12:01:24.500Z',
    command: ['bench', '--seed', '7'],
    dupmark: { version: '0.1.0', commit: '3ab3fbf00000000000000000000000000000abcd' },
    seed: 7,
    origin: { kind: 'whole' },
    plan: {
      blocks: 8,
      roundsPerBatch: 5,
      roundLengthNs: 200_000,
      pinnedCpu: 1,
      baseline: 'bundled',
      looks: singleLook(8),
    },
    environment: QUIET_MACHINE,
    cLibrary: {
      kind: 'suite',
      version: '2.41',
      suite: 'trixie',
      package: 'libc6 2.41-12',
      loader: '/cache/trixie/ld-linux-x86-64.so.2',
      libraryPath: '/cache/trixie',
    },
    targets: TARGETS.map(targetRecord),
    scenarios: SCENARIOS.map(([name]) => recordScenario(parseScenario(name), 100)),
    availability: [],
    memory: TARGETS.flatMap(([target, , , , allocations, bytes]) =>
      ['new', 'dup'].map((scenario) => ({
        target,
        scenario,
        reading: {
          kind: 'exact' as const,
          allocations,
          requestedBytes: bytes,
          retainedBytes: bytes - 64,
          retainedAllocations: allocations - 1,
          sites: [
            {
              file: 'ssl/ssl_lib.c',
              line: 684,
              allocations,
              requestedBytes: bytes,
              retainedAllocations: allocations - 1,
              retainedBytes: bytes - 64,
            },
          ],
        },
      })),
    ),
    instructions: [],
    lost: [],
    setOnHandles: [],
    cells: [],
    events: [],
    warnings: [],
    ...over,
  };
  return { ...document, cells: deriveCells(document, batches) };
}
