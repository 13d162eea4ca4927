/** Profilers that start a program themselves, on real work; clinic itself where it is installed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun, messageOf } from '../core/errors.js';
import { haveChromium, launch } from '../report/page-browser-testing.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { profileWithClinic, profileWithV8, type WorkloadPlan, withoutRequests } from './clinic.js';
import { isInstalled } from './tools.js';
import { topOfCpuProfile, topOfHeapProfile } from './v8-profile.js';

const test = suite('profile/clinic');
const folder = mkdtempSync(join(tmpdir(), 'dupmark-clinic-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const soakOf = (scenario: string): WorkloadPlan['work'] => ({
  kind: 'soak',
  spec: { scenario, settings: [], seed: 1, plant: null, threads: 2 },
});

async function planOf(name: string, work: WorkloadPlan['work']): Promise<WorkloadPlan> {
  const target = await resolveTarget({ provider: 'bundled' }, { offline: true });
  const cLibrary = await chooseCLibrary([target], { offline: true });
  return { target, cLibrary, work, seconds: 1, folder: join(folder, name) };
}

const BENCH: WorkloadPlan['work'] = {
  kind: 'bench',
  scenario: { operation: 'new', method: 'tls', settings: [], phase: 'both', live: 1 },
};

test('V8’s CPU profile of a soak of JavaScript handles shows the worker’s own functions', async () => {
  const { report, files } = await profileWithV8('cpu', await planOf('cpu', soakOf('handles-close')));
  assert.ok(report.done > 0 && report.nodeVersion === process.version);
  const top = topOfCpuProfile(JSON.parse(readFileSync(files[0] ?? '', 'utf8')), 1000);
  assert.ok(
    top.some(({ name }) => /\(handles\.cjs:\d+\)$/.test(name)),
    top.map(({ name }) => name).join(),
  );
});

test('V8’s heap profile of a benchmark is written and read', async () => {
  const { report, files } = await profileWithV8('heap', await planOf('heap', BENCH));
  assert.ok(report.done > 0);
  const top = topOfHeapProfile(JSON.parse(readFileSync(files[0] ?? '', 'utf8')), 5);
  assert.ok(top.length > 0 && top.every(({ share }) => share > 0 && share <= 1));
});

test('work that fails is no profile, whatever the profiler says', async () => {
  try {
    await profileWithV8('cpu', await planOf('failing', soakOf('no-such-scenario')));
    assert.unreachable('it was not refused');
  } catch (error) {
    assert.instance(error, CouldNotRun);
    assert.match(messageOf(error), /^bundled: .*no-such-scenario/);
  }
});

test('what is at the top: by itself, all places of a function together', () => {
  const callFrame = (functionName: string) => ({
    functionName,
    scriptId: '0',
    url: '',
    lineNumber: 0,
    columnNumber: 0,
  });
  const node = (id: number, name: string, hitCount: number) => ({ id, callFrame: callFrame(name), hitCount });
  const nodes = [node(1, 'a', 1), node(2, 'b', 6), node(3, 'a', 2), node(4, 'idle', 0), node(5, '', 1)];
  assert.equal(topOfCpuProfile({ nodes, startTime: 0, endTime: 1 }, 2), [
    { name: 'b', share: 0.6 },
    { name: 'a', share: 0.3 },
  ]);
});

/** As clinic's pages do it. */
const PAGE = `<!DOCTYPE html><html><head lang="en"><title>t</title></head><body><a href="https://clinicjs.org/doctor">more</a>
<script>const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = "https://clinicjs.org/assets/css/fonts.css";
document.head.append(link); document.body.append('drawn'); fetch('https://example.invalid/x').catch(() => {});</script></body></html>`;

test('a page has no font host left, keeps its links, and is forbidden the rest', () => {
  const bare = withoutRequests(PAGE);
  assert.not.match(bare, /fonts\.css/);
  assert.match(bare, /href="https:\/\/clinicjs\.org\/doctor"/);
  assert.match(
    bare,
    /<head lang="en"><meta http-equiv="Content-Security-Policy" content="default-src 'none'/,
  );
});

/** What a page asks of the network before it is stopped, and what it shows. */
async function opened(
  name: string,
  content: string,
): Promise<{ readonly answered: number; readonly text: string }> {
  const file = join(folder, name);
  writeFileSync(file, content);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    let answered = 0;
    await page.route(/^https?:/, (route) => {
      answered += 1;
      return route.abort();
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction('document.body.innerText.length > 3');
    return { answered, text: String(await page.evaluate('document.body.innerText')) };
  } finally {
    await browser.close();
  }
}

const chromium = haveChromium();
if (!chromium) console.log('note: no Chromium here: pages of clinic were not opened');
(chromium ? test : test.skip)('Chromium asks nobody for anything, and the page is drawn', async () => {
  assert.ok((await opened('before.html', PAGE)).answered > 0, 'the page as clinic makes it does ask');
  const { answered, text } = await opened('after.html', withoutRequests(PAGE));
  assert.is(answered, 0);
  assert.match(text, /drawn/);
});

const clinic = isInstalled('clinic');
if (!clinic) console.log('note: clinic is not installed here: its tools did not run');
(clinic ? test : test.skip)('clinic doctor writes a page that asks for nothing', async () => {
  const { report, files } = await profileWithClinic(
    'doctor',
    await planOf('doctor', soakOf('handles-close')),
  );
  assert.ok(report.done > 0);
  assert.ok(readFileSync(files[0] ?? '', 'utf8').length > 100_000);
});

test.run();
