/**
 * Full and read-only disks, really provoked: a tmpfs of 256 KiB where mounting is permitted (root), else
 * /dev/full. What cannot be provoked here is skipped, with its reason in the test's name.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun, messageOf } from '../core/errors.js';
import { readRun } from './read.js';
import {
  appendBatch,
  appendLine,
  closeRun,
  createRun,
  type OpenRun,
  openRounds,
  saveDocument,
} from './store.js';
import { exampleBatches, exampleDocument } from './testing.js';

const test = suite('document/disk');
const SIZE = '256k';

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'pipe' });
}

/** Runs `act` with a small file system of its own, which is gone afterwards (lazily: a failed test has files open). */
function onSmallDisk(act: (folder: string, remount: (options: string) => void) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dupmark-disk-'));
  mount(folder, `size=${SIZE}`);
  try {
    act(folder, (options) => mount(folder, `remount,size=${SIZE},${options}`));
  } finally {
    execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null when mounting works, else why not. */
function whyNoMount(): string | null {
  try {
    onSmallDisk(() => undefined);
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

const failure = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    assert.instance(thrown, CouldNotRun, String(thrown));
    return (thrown as Error).message;
  }
  return assert.unreachable('it was not refused') as never;
};

/** Appends batches until the disk is full; the refusal and how many went in. */
function fill(run: OpenRun): { readonly message: string; readonly kept: number } {
  let kept = 0;
  const message = failure(() => {
    for (;;) {
      for (const batch of exampleBatches(8, 50)) {
        appendBatch(run, batch);
        kept++;
      }
    }
  });
  return { message, kept };
}

const reason = whyNoMount();
const mounted = (name: string, body: () => void): void => {
  if (reason === null) test(name, body);
  else test.skip(`${name} [skipped: mounting is not permitted: ${reason}]`);
};

mounted('a disk that fills while appending: one line, everything before is kept and valid', () => {
  onSmallDisk((folder) => {
    const run = createRun(folder, exampleDocument({ status: { kind: 'running' } }, []));
    const { message, kept } = fill(run);
    assert.ok(kept > 10, String(kept));
    assert.match(message, /^cannot append to .*rounds\.ndjson: the disk is full \(ENOSPC\); /);
    assert.ok(message.endsWith(`the ${kept} batches before it are kept`), message);
    const bytes = readFileSync(run.rounds.path);
    assert.is(bytes.at(-1), 10, 'the file ends with a whole line');
    const { batches, document } = readRun(run.folder);
    assert.is(batches.length, kept);
    assert.equal(document.warnings, []);
    closeRun(run);
  });
});

mounted('a document that does not fit: the old one stays, nothing is left beside it', () => {
  onSmallDisk((folder) => {
    const run = createRun(folder, exampleDocument({ status: { kind: 'running' } }, []));
    fill(run);
    const message = failure(() => saveDocument(run, exampleDocument()));
    assert.match(message, /run\.json: the disk is full \(ENOSPC\); the file as it was before stays$/);
    assert.is(readRun(run.folder).document.status.kind, 'running');
    assert.equal(readdirSync(run.folder).sort(), ['rounds.ndjson', 'run.json']);
    closeRun(run);
  });
});

mounted('a disk that is full from the start is refused before anything is measured', () => {
  onSmallDisk((folder) => {
    assert.throws(() => writeFileSync(path.join(folder, 'ballast'), Buffer.alloc(512 * 1024)), /ENOSPC/);
    assert.match(
      failure(() => createRun(folder, exampleDocument())),
      /the disk is full \(ENOSPC\)/,
    );
    const runs = path.join(folder, 'runs');
    assert.equal(existsSync(runs) ? readdirSync(runs) : [], []);
  });
});

mounted('a read-only disk is refused before anything is measured', () => {
  onSmallDisk((folder, remount) => {
    remount('ro');
    const message = failure(() => createRun(folder, exampleDocument()));
    assert.match(message, /^cannot write results below .*: the file system is read-only \(EROFS\)$/);
  });
});

mounted('a disk that becomes read-only: one line, and the document as saved before', () => {
  onSmallDisk((folder, remount) => {
    const run = createRun(folder, exampleDocument({ status: { kind: 'running' } }, []));
    closeRun(run);
    remount('ro');
    assert.match(
      failure(() => saveDocument(run, exampleDocument())),
      /read-only \(EROFS\); the file as it was/,
    );
    assert.match(
      failure(() => openRounds(run.rounds.path)),
      /^cannot write .*read-only \(EROFS\)$/,
    );
    assert.is(readRun(run.folder).document.status.kind, 'running');
  });
});

const noDevFull = !existsSync('/dev/full') || !statSync('/dev/full').isCharacterDevice();
(noDevFull ? test.skip : test)('a device that is always full refuses the line and says what is kept', () => {
  const rounds = openRounds('/dev/full');
  const [batch] = exampleBatches(1);
  assert.ok(batch);
  const message = failure(() => appendLine(rounds, batch));
  assert.match(
    message,
    /^cannot append to \/dev\/full: the disk is full \(ENOSPC\); the 0 batches before it are kept/,
  );
  assert.is(rounds.batches, 0);
});

const root = process.getuid?.() === 0;
(root ? test.skip : test)('a folder without permission is refused [root may write everywhere]', () => {
  assert.match(
    failure(() => createRun('/', exampleDocument())),
    /permission denied|read-only/,
  );
});

test.run();
