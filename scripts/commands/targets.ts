/** `dupmark targets`: which OpenSSL builds there are, fetching and removing them, and the proof of each. */
import { basename } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { ExitCode, messageOf, printable } from '../../bench/core/errors.js';
import {
  formatTargetId,
  parseTargetId,
  type Target,
  type TargetFacts,
  type TargetRequest,
} from '../../bench/core/target.js';
import { proveTarget } from '../../bench/run/survey.js';
import {
  addTarget,
  cachedTargets,
  chooseCLibrary,
  defaultRequests,
  removeTarget,
  resolveTargets,
  verifyTargets,
} from '../../bench/targets/index.js';
import { assertBuilt } from '../../bench/worker/files.js';
import { say, writeJson } from '../console.js';
import { targetList } from '../flags.js';

interface ListedTarget {
  readonly target: Target;
  readonly cLibrary: string;
  readonly facts: TargetFacts | null;
  readonly refused: string | null;
}

export function targetsCommand(): Command {
  const targets = new Command('targets')
    .description(
      'List the OpenSSL builds that are here: this machine’s, the default ones, and everything fetched.',
    )
    .option('--targets <list>', 'only these', targetList('--targets'))
    .option('--json <file>', 'also write the list there (- for standard output, instead of the table)')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine · 1 verify found a damaged target · 2 could not run, or a target was refused',
    )
    .action(listTargets);
  targets
    .command('add <target...>')
    .description('fetch targets into the cache (installs nothing on the system)')
    .option('--refresh', 'fetch again what is cached already', false)
    .action(add);
  targets.command('remove <target...>').description('remove fetched targets from the cache').action(remove);
  targets
    .command('verify')
    .description('hash everything in the cache again, and prove each target anew')
    .option('--json <file>', 'also write the result there')
    .action(verify);
  return targets;
}

async function listTargets(flags: {
  readonly targets?: readonly TargetRequest[];
  readonly json?: string;
}): Promise<void> {
  assertBuilt();
  const asked = flags.targets ?? [...defaultRequests(), { provider: 'system' as const }];
  const resolved = await resolveTargets(asked, { offline: true });
  const cached = flags.targets === undefined ? (await cachedTargets()).targets : [];
  const all = new Map([...resolved.targets, ...cached].map((target) => [target.id, target]));
  const listed = await Promise.all([...all.values()].map(proveOne));
  if (flags.json !== undefined) writeJson(flags.json, { targets: listed, missing: resolved.missing });
  if (flags.json !== '-') {
    process.stdout.write(`${render(listed)}\n`);
    for (const { id, reason } of resolved.missing)
      say(`missing ${reason.startsWith(id) ? reason : `${id}: ${reason}`}`);
  }
  const refused =
    listed.some((one) => one.refused !== null) ||
    (flags.targets !== undefined && resolved.missing.length > 0);
  process.exitCode = refused ? ExitCode.couldNotRun : ExitCode.fine;
}

/** Each target alone, on the C library that it needs itself. */
async function proveOne(target: Target): Promise<ListedTarget> {
  try {
    const cLibrary = await chooseCLibrary([target], { offline: true });
    const { proved, worker } = await proveTarget(target, cLibrary);
    await worker?.stop();
    return proved.kind === 'proved'
      ? { target, cLibrary: proved.facts.cLibrary, facts: proved.facts, refused: null }
      : { target, cLibrary: '?', facts: null, refused: proved.reason };
  } catch (error) {
    return { target, cLibrary: '?', facts: null, refused: messageOf(error) };
  }
}

function render(listed: readonly ListedTarget[]): string {
  const table = new Table({
    head: ['target', 'OpenSSL', 'files', 'sha256', 'runs on', 'witness'],
    style: { head: [], border: [] },
  });
  for (const { target, cLibrary, facts, refused } of listed) {
    const files = Object.entries(target.sha256);
    table.push([
      `${target.id}\n${target.package ?? ''}`.trim(),
      printable(facts?.version.replace(/^OpenSSL /, '') ?? '?'),
      files.map(([file]) => printable(basename(file))).join('\n'),
      files.map(([, hash]) => hash.slice(0, 12)).join('\n'),
      `${cLibrary}\nnode ${facts?.nodeVersion ?? '?'}`,
      refused === null ? witnessText(facts) : `REFUSED: ${wrap(printable(refused), 40)}`,
    ]);
  }
  return table.toString();
}

function witnessText(facts: TargetFacts | null): string {
  if (facts === null) return '?';
  const { witness } = facts;
  return witness.method === 'memory-hooks'
    ? `${witness.allocations} allocations\n${witness.left} left`
    : `${witness.bytes} bytes\n${witness.left} left`;
}

function wrap(text: string, width: number): string {
  return text.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, 'g'), '$1\n').trim();
}

async function add(ids: readonly string[], flags: { readonly refresh: boolean }): Promise<void> {
  const requests = ids.map((id) => parseTargetId(id, 'targets add'));
  for (const request of requests) {
    const target = await addTarget(request, { refresh: flags.refresh, onProgress: say });
    const alias = request.provider === 'alias' ? `${formatTargetId(request)} is ` : '';
    process.stdout.write(
      `${alias}${target.id}${target.package === null ? '' : `: ${printable(target.package)}`}\n`,
    );
  }
}

async function remove(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await removeTarget(id);
    process.stdout.write(`removed ${printable(id)}\n`);
  }
}

async function verify(flags: { readonly json?: string }): Promise<void> {
  assertBuilt();
  const verified = await verifyTargets();
  const { targets } = await cachedTargets();
  const proofs = await Promise.all(targets.map(proveOne));
  let damaged = false;
  for (const { id, package: name, problems } of verified) {
    const proof = proofs.find(({ target }) => target.id === id);
    const all = [...problems, ...(proof?.refused === null || proof === undefined ? [] : [proof.refused])];
    damaged ||= all.length > 0;
    process.stdout.write(`${all.length === 0 ? 'ok      ' : 'DAMAGED '}${id} (${printable(name)})\n`);
    for (const problem of all) process.stdout.write(`        ${printable(problem)}\n`);
  }
  if (verified.length === 0) process.stdout.write('nothing is cached\n');
  if (flags.json !== undefined) writeJson(flags.json, { verified, proofs });
  process.exitCode = damaged ? ExitCode.finding : ExitCode.fine;
}
