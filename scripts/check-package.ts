/**
 * The package as a user gets it: packed, installed into an empty project, its command line and examples run there, and its
 * types read by a compiler. Ends with "N passed, N failed".
 *
 * node dist/scripts/check-package.js [--keep]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

/** Larger, and something has come along that nobody needs. */
const PACKED_BYTES_MAX = 1_500_000;
const QUICK = ['--suite', 'smoke', '--targets', 'bundled', '--offline', '--blocks', '1', '--rounds', '4'];

const folder = mkdtempSync(join(tmpdir(), 'dupmark-package-'));
const project = join(folder, 'project');
let passed = 0;
let failed = 0;

/** One check: true, or what is wrong. */
function check(name: string, outcome: true | string): void {
  if (outcome === true) passed++;
  else failed++;
  process.stdout.write(
    `${outcome === true ? 'ok  ' : 'FAIL'} ${name}${outcome === true ? '' : `: ${outcome}`}\n`,
  );
}

function ran(command: string, args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}) {
  const ended = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...environment },
    maxBuffer: 1 << 26,
  });
  const said = `${ended.stdout ?? ''}${ended.stderr ?? ''}`.trim();
  const outcome: true | string = ended.status === 0 || `exit code ${ended.status}: ${said.slice(-600)}`;
  return { ...ended, outcome };
}

function packed(): string | null {
  const pack = ran(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    PROJECT_FOLDER,
  );
  check('npm pack', pack.outcome);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) return null;
  const file = join(folder, archive);
  const { size } = statSync(file);
  check(
    `the archive has ${size} bytes`,
    size <= PACKED_BYTES_MAX ? true : `more than ${PACKED_BYTES_MAX}: what is in it that nobody needs?`,
  );
  const names = ran('tar', ['-tzf', file], folder).stdout.split('\n');
  const unwanted = names.filter((name) =>
    /\.test\.|testdata|\/results\/runs\/|\/native\/build\/|\.map$|\/docs\/|\/dist\/examples\/|\.github/.test(
      name,
    ),
  );
  check(
    'it has no tests, no results and no builds',
    unwanted.length === 0 ? true : unwanted.slice(0, 5).join(', '),
  );
  return file;
}

function run(): void {
  const archive = packed();
  if (archive === null) return;
  cpSync(join(PROJECT_FOLDER, 'examples'), project, { recursive: true });
  const manifest = { name: 'somebody', private: true, type: 'module' };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  check('npm install of the archive', ran('npm', ['install', ...quiet, archive], project).outcome);

  const bench = ran('npx', ['--no-install', 'dupmark', 'bench', ...QUICK], project);
  check('npx dupmark bench, which builds the native part', bench.outcome);
  check(
    'results are kept where the user works',
    readdirSync(project).includes('results') ? true : 'there is no folder of results',
  );
  const second = ran('npx', ['--no-install', 'dupmark', 'bench', ...QUICK], project);
  check(
    'the second time nothing is built',
    /building/.test(second.stderr) ? 'it was built again' : second.outcome,
  );
  const environment = { BLOCKS: '1', RESULTS: join(project, 'results') };
  for (const [file, ...args] of [
    ['own-scenario.mjs', 'bundled'],
    ['own-gate.mjs', 'bundled', 'system'],
    [join('own-setting', 'observe.mjs'), 'bundled'],
  ] as const) {
    check(`node ${file}`, ran(process.execPath, [file, ...args], project, environment).outcome);
  }
  checkTypes();
}

/** The types, as a strict project sees them. */
function checkTypes(): void {
  const source = `import { bench, gate, openTarget, Scenario, soak } from 'dupmark';
const one: Scenario = Scenario.of('dup', { settings: ['cipher-list=20'], live: 256 });
const { document, compare } = await bench({ targets: ['bundled', 'system'], scenarios: [one, 'new'] });
const nanoseconds: number | undefined = document.cells[0]?.summary?.medianNs;
const offences: readonly { limit: string }[] = gate(compare('bundled', 'system'), 'bytes>0').offences;
const target = await openTarget('bundled');
const carried: string = (await target.conform('options')).carried;
const verdicts: string[] = (await soak({ targets: ['bundled'], cycles: 10 })).cells.map(({ verdict }) => verdict);
// @ts-expect-error: there is no such operation
Scenario.of('dub');
console.log(nanoseconds, offences, carried, verdicts);
`;
  writeFileSync(join(project, 'typed.mts'), source);
  const tsc = join(PROJECT_FOLDER, 'node_modules', '.bin', 'tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
  ];
  const types = ['--typeRoots', join(PROJECT_FOLDER, 'node_modules', '@types'), '--types', 'node'];
  const compiled = ran(tsc, [...flags, ...types, 'typed.mts'], project);
  check('its types in a strict project', compiled.outcome);
}

try {
  run();
} finally {
  if (process.argv.includes('--keep')) process.stdout.write(`kept: ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
