import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  beginEnvironment,
  clockResolutionNs,
  cpuTimes,
  endEnvironment,
  type Machine,
  stealFraction,
  thisMachine,
} from './environment.js';
import { runDocumentSchema } from './schema.js';
import { exampleDocument } from './testing.js';

const test = suite('document/environment');

function machine(files: Record<string, string>, over: Partial<Machine> = {}): Machine {
  let ns = 0n;
  return {
    readText: (path) => files[path] ?? null,
    cpus: () => [{ model: '  Some CPU  ' }, { model: 'Some CPU' }],
    loadAverages: () => [0.5, 0.25, 0.125],
    memoryBytes: () => 4096,
    architecture: 'x64',
    kernel: 'Linux 6.1',
    nodeVersion: 'v20.0.0',
    nowNs: () => (ns += 25n),
    ...over,
  };
}

const STAT =
  'cpu  100 0 50 800 20 0 10 20 5 0\ncpu0 60 0 30 400 10 0 5 15 5 0\ncpu1 40 0 20 400 10 0 5 5 0 0\nintr 1\n';

test('reads what the files say', () => {
  const { environment } = beginEnvironment(
    1,
    machine({
      '/proc/cpuinfo': 'model name\t: Some CPU\nflags\t\t: fpu sse hypervisor lahf_lm\n',
      '/sys/class/dmi/id/sys_vendor': 'QEMU\n',
      '/etc/os-release': 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
      '/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor': 'powersave\n',
      '/proc/stat': STAT,
    }),
  );
  assert.equal(environment, {
    cpuModel: 'Some CPU',
    cpus: 2,
    architecture: 'x64',
    kernel: 'Linux 6.1',
    distribution: 'Debian GNU/Linux 12 (bookworm)',
    nodeVersion: 'v20.0.0',
    virtualisation: { hypervisor: true, vendor: 'QEMU' },
    frequencyGovernor: 'powersave',
    loadAtStart: [0.5, 0.25, 0.125],
    loadAtEnd: null,
    stealFraction: null,
    memoryBytes: 4096,
    clockResolutionNs: 25,
    clockSource: null,
    turbo: null,
    smt: null,
    hugePages: null,
    addressRandomisation: null,
  });
});

test('a machine that tells nothing gives nulls, and nothing is thrown', () => {
  const begun = beginEnvironment(
    null,
    machine({}, { cpus: () => [], nowNs: () => 1n, loadAverages: () => [] }),
  );
  const environment = endEnvironment(begun, machine({}));
  assert.is(environment.cpuModel, 'unknown');
  assert.is(environment.cpus, 1);
  assert.is(environment.distribution, null);
  assert.is(environment.frequencyGovernor, null);
  assert.is(environment.stealFraction, null);
  assert.is(environment.clockResolutionNs, null);
  assert.equal(environment.virtualisation, { hypervisor: null, vendor: null });
  assert.equal(environment.loadAtStart, [0, 0, 0]);
});

test('flags without hypervisor: no virtual machine, and the vendor is left out', () => {
  const files = {
    '/proc/cpuinfo': 'flags : fpu hypervisors\n',
    '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
  };
  assert.equal(beginEnvironment(null, machine(files)).environment.virtualisation, {
    hypervisor: false,
    vendor: null,
  });
});

test('arm64: the device tree tells', () => {
  const files = {
    '/proc/cpuinfo': 'Features : fp\n',
    '/proc/device-tree/hypervisor/compatible': 'linux,kvm',
  };
  assert.is(beginEnvironment(null, machine(files)).environment.virtualisation.hypervisor, true);
});

test('CPU times: steal is the eighth column, guest time is not added again', () => {
  assert.equal(cpuTimes(STAT, null), { steal: 20, total: 1000 });
  assert.equal(cpuTimes(STAT, 1), { steal: 5, total: 480 });
  assert.is(cpuTimes(STAT, 7), null);
  assert.is(cpuTimes('cpu 1 2 3 4\n', null), null);
  assert.is(cpuTimes('cpu 1 2 3 4 5 6 7 x\n', null), null);
  assert.is(cpuTimes(null, null), null);
});

test('stolen share: the difference over the run', () => {
  assert.is(stealFraction({ total: 1000, steal: 20 }, { total: 1200, steal: 21 }), 0.005);
  assert.is(stealFraction({ total: 1000, steal: 20 }, { total: 1000, steal: 20 }), null);
  assert.is(stealFraction({ total: 1000, steal: 20 }, { total: 1200, steal: 19 }), null);
});

test('the end of a run brings load and steal of the pinned CPU', () => {
  const begun = beginEnvironment(1, machine({ '/proc/stat': STAT }));
  const later = STAT.replace('cpu1 40 0 20 400 10 0 5 5', 'cpu1 130 0 20 400 10 0 5 15');
  const environment = endEnvironment(
    begun,
    machine({ '/proc/stat': later }, { loadAverages: () => [1, 0.5, 0.25] }),
  );
  assert.is(environment.stealFraction, 0.1);
  assert.equal(environment.loadAtEnd, [1, 0.5, 0.25]);
});

test('clock resolution: the smallest step that is not 0', () => {
  const readings = [0n, 0n, 100n, 140n, 140n, 240n];
  assert.is(
    clockResolutionNs(() => readings.shift() ?? 240n, 8),
    40,
  );
});

test('this machine gives a valid environment', () => {
  const environment = endEnvironment(beginEnvironment(0, thisMachine));
  const checked = runDocumentSchema.safeParse({ ...exampleDocument(), environment });
  assert.ok(checked.success, JSON.stringify(checked.error?.issues));
});

test('turbo, SMT, huge pages and address randomisation, each as its file has it', () => {
  const read = (files: Record<string, string>) => {
    const { turbo, smt, hugePages, addressRandomisation, clockSource } = beginEnvironment(
      null,
      machine(files),
    ).environment;
    return [turbo, smt, hugePages, addressRandomisation, clockSource];
  };
  const cpu = '/sys/devices/system/cpu';
  const pages = '/sys/kernel/mm/transparent_hugepage/enabled';
  assert.equal(
    read({
      [`${cpu}/intel_pstate/no_turbo`]: '0\n',
      [`${cpu}/smt/active`]: '1\n',
      [pages]: 'always [madvise] never\n',
      '/proc/sys/kernel/randomize_va_space': '2\n',
      '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'kvm-clock\n',
    }),
    [true, true, 'madvise', 2, 'kvm-clock'],
  );
  assert.equal(read({ [`${cpu}/cpufreq/boost`]: '0\n', [`${cpu}/smt/active`]: '0\n' }), [
    false,
    false,
    null,
    null,
    null,
  ]);
  assert.equal(read({ '/proc/sys/kernel/randomize_va_space': 'x', [pages]: 'nothing' }), [
    null,
    null,
    null,
    null,
    null,
  ]);
});

test.run();
