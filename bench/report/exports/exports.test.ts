import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import type { StoredRun } from '../../document/read.js';
import { exampleBatches, exampleDocument } from '../../document/testing.js';
import { median } from '../../stats/quantile.js';
import { inTemporaryFolder } from '../../targets/testing.js';
import { toBencher } from './bencher.js';
import { toBenchstat } from './benchstat.js';
import { toCsv } from './csv.js';
import { toGithub } from './github.js';

const test = suite('report/exports');

const batches = exampleBatches();
const run: StoredRun = { document: exampleDocument({}, batches), batches };
const cells = run.document.cells;
const hostile = (id: string): StoredRun => {
  const swap = <T extends { readonly target: string }>(one: T): T =>
    one.target === 'debian:trixie' ? { ...one, target: id } : one;
  const { document } = run;
  const targets = document.targets.map((target) =>
    target.id === 'debian:trixie' ? { ...target, id } : target,
  );
  return {
    document: { ...document, targets, cells: cells.map(swap), memory: document.memory.map(swap) },
    batches: batches.map(swap),
  };
};

const python = spawnSync('python3', ['--version']).status === 0;
if (!python) process.stdout.write('note: no python3: the CSV was not read by its csv module\n');

(python ? test : test.skip)(
  'CSV, read by Python’s csv module, has every cell with its stored numbers',
  () => {
    const name = '=HYPERLINK("x")\r\nSSL, "quoted"';
    const program =
      'import csv, io, json, sys; print(json.dumps(list(csv.DictReader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
    const read = spawnSync('python3', ['-c', program], {
      input: toCsv([run, hostile(name)]),
      encoding: 'utf8',
    });
    assert.is(read.status, 0, read.stderr);
    const rows = JSON.parse(read.stdout) as Record<string, string>[];
    assert.is(rows.length, 2 * cells.length);
    cells.forEach((cell, i) => {
      const { target, scenario, median_ns, ratio, verdict, allocations } = rows[i] ?? {};
      assert.equal(
        [target, scenario, Number(median_ns)],
        [cell.target, cell.scenario, cell.summary?.medianNs],
      );
      assert.equal(ratio === '' ? undefined : Number(ratio), cell.ratioToBaseline?.ratio);
      assert.is(verdict, cell.ratioToBaseline?.verdict ?? '');
      assert.is(allocations === '', cell.scenario !== 'new' && cell.scenario !== 'dup');
    });
    assert.ok(rows.some(({ target }) => target === `'${name}`));
  },
);

test('github-action-benchmark: entries as its BenchmarkResult, unique by name', () => {
  const entry = z.strictObject({
    name: z.string().min(1),
    unit: z.string().min(1),
    value: z.number(),
    range: z.string().optional(),
    extra: z.string().optional(),
  });
  const entries = z.array(entry).parse(JSON.parse(toGithub(run)));
  assert.is(new Set(entries.map(({ name }) => name)).size, entries.length);
  assert.is(entries.length, cells.length + 2 * run.document.memory.length);
  const found = entries.find(({ name }) => name === 'dup on debian:trixie');
  const cell = cells.find(({ target, scenario }) => target === 'debian:trixie' && scenario === 'dup');
  assert.is(found?.value, cell?.summary?.medianNs);
});

test('Bencher Metric Format: as its published schema and limits have it', () => {
  // bencher.dev/bmf.json: any name → any measure → value, and both ends or none.
  const metric = z.strictObject({
    value: z.number(),
    lower_value: z.number().optional(),
    upper_value: z.number().optional(),
  });
  const schema = z.record(z.string().min(1).max(1024), z.record(z.string().min(1).max(64), metric));
  const read = schema.parse(JSON.parse(toBencher(run)));
  assert.is(Object.keys(read).length, cells.length);
  for (const { target, scenario, summary } of cells) {
    const latency = read[`${scenario} on ${target}`]?.latency;
    assert.equal(latency, {
      value: summary?.medianNs,
      lower_value: summary?.interval?.lowNs,
      upper_value: summary?.interval?.highNs,
    });
  }
  assert.throws(() => toBencher(hostile('x'.repeat(1100))), /at most 1024 characters/);
});

/** Reads the Go benchmark format by its specification: configuration applies to all lines after it. */
function readGo(text: string): { readonly target: string; readonly name: string; readonly ns: number }[] {
  const config: Record<string, string> = {};
  const found: { target: string; name: string; ns: number }[] = [];
  for (const line of text.split('\n')) {
    const key = /^([a-z][^\sA-Z:]*):(?:[ \t]+(.*))?$/.exec(line);
    const result = /^(Benchmark(?!\p{Ll})\S*)\t(\d+)((?:\t\S+ \S+)+)$/u.exec(line);
    if (key?.[1] !== undefined) config[key[1]] = key[2] ?? '';
    else if (result !== null) {
      const ns = /\t(\S+) ns\/op/.exec(result[3] ?? '')?.[1];
      found.push({ target: config.target ?? '', name: result[1] ?? '', ns: Number(ns) });
    } else assert.is(line, '', 'a line that benchstat would not read');
  }
  return found;
}

test('benchstat: a line for each block, whose median is the stored one', () => {
  const lines = readGo(toBenchstat([run, hostile('two words\nBenchmarkForged 1 1 ns/op')]));
  assert.is(lines.length, 2 * cells.length * run.document.plan.blocks);
  for (const { target, scenario, summary } of cells) {
    const own = lines
      .slice(0, lines.length / 2)
      .filter((line) => line.target === target && line.name === `BenchmarkSSL/${scenario}`);
    assert.is(median(own.map(({ ns }) => ns)), summary?.medianNs);
  }
  assert.not.ok(lines.some(({ name }) => name === 'BenchmarkForged'));
});

/** Reads with Go's own reader of the format, golang.org/x/tools/benchmark/parse, and prints what it found. */
const GO_READER = `package main

import (
	"encoding/json"
	"os"

	"golang.org/x/tools/benchmark/parse"
)

func main() {
	set, err := parse.ParseSet(os.Stdin)
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(set); err != nil {
		panic(err)
	}
}
`;
/** Where Debian's golang-golang-x-tools-dev puts it. */
const GO_PATH = '/usr/share/gocode';
const go =
  existsSync(`${GO_PATH}/src/golang.org/x/tools/benchmark/parse`) &&
  spawnSync('go', ['version']).status === 0;
if (!go) process.stdout.write('note: no go with golang.org/x/tools: benchstat’s format was not read by Go\n');

(go ? test : test.skip)(
  'benchstat: Go’s own reader of the format has every line with its stored numbers',
  () =>
    inTemporaryFolder(async (folder) => {
      const program = path.join(folder, 'read.go');
      writeFileSync(program, GO_READER);
      const text = toBenchstat([run]);
      const read = spawnSync('go', ['run', program], {
        input: text,
        encoding: 'utf8',
        env: {
          ...process.env,
          GO111MODULE: 'off',
          GOPATH: GO_PATH,
          GOCACHE: path.join(folder, 'cache'),
          GOFLAGS: '',
        },
      });
      assert.is(read.status, 0, read.stderr);
      const set = z
        .record(
          z.string(),
          z.array(z.object({ NsPerOp: z.number(), AllocsPerOp: z.number(), AllocedBytesPerOp: z.number() })),
        )
        .parse(JSON.parse(read.stdout));
      const lines = readGo(text);
      assert.is(Object.values(set).flat().length, lines.length);
      for (const name of new Set(lines.map((line) => line.name))) {
        const own = set[name] ?? [];
        assert.equal(
          own.map(({ NsPerOp }) => NsPerOp),
          lines.filter((line) => line.name === name).map(({ ns }) => ns),
        );
        const memory = run.document.memory.flatMap(({ scenario, reading }) =>
          `BenchmarkSSL/${scenario}` === name && reading.kind === 'exact' ? [reading] : [],
        );
        assert.equal(
          [...new Set(own.map((one) => `${one.AllocedBytesPerOp} ${one.AllocsPerOp}`))].sort(),
          memory.length === 0
            ? ['0 0']
            : [...new Set(memory.map((one) => `${one.requestedBytes} ${one.allocations}`))].sort(),
        );
      }
    }),
);

/** The same run as merged from two shards, on machines of two kinds or of one. */
function merged(kinds: 1 | 2): StoredRun {
  const { document } = run;
  const [first = '', ...others] = document.scenarios.map(({ name }) => name);
  const shard = (index: number, scenarios: readonly string[], cpuModel: string) => ({
    shard: index,
    run: `2026080${index}T120000Z-shards`,
    startedAt: document.startedAt,
    endedAt: document.endedAt,
    pinnedCpu: 1,
    environment: { ...document.environment, cpuModel },
    scenarios,
  });
  return {
    batches,
    document: {
      ...document,
      origin: {
        kind: 'merged',
        shards: [shard(1, [first], 'CPU one'), shard(2, others, kinds === 1 ? 'CPU one' : 'CPU two')],
      },
    },
  };
}

test('a merged run: each line says its machine, and what keeps series of one machine refuses two kinds', () => {
  const [head = '', ...lines] = toCsv([merged(2)])
    .trimEnd()
    .split('\r\n');
  assert.match(head, /,shard,cpu,kernel$/);
  const machines = new Set(lines.map((line) => line.split(',').slice(-3, -1).join(' ')));
  assert.equal([...machines].sort(), ['1 CPU one', '2 CPU two']);
  const text = toBenchstat([merged(2)]);
  assert.is(readGo(text).length, cells.length * run.document.plan.blocks);
  assert.match(text, /shard: 1\n[\s\S]*cpu: CPU one\n[\s\S]*shard: 2\n[\s\S]*cpu: CPU two\n/);
  for (const write of [toGithub, toBencher]) {
    assert.throws(() => write(merged(2)), /is merged from 2 kinds of machine: export its shards/);
    assert.ok(write(merged(1)).length > 0);
  }
});

test('a scenario that came to do something else starts a new series in every tool', () => {
  const scenarios = run.document.scenarios.map((one) => (one.name === 'dup' ? { ...one, version: 2 } : one));
  const changed = { batches, document: { ...run.document, scenarios } };
  assert.ok(Object.hasOwn(JSON.parse(toBencher(changed)), 'dup (version 2) on bundled'));
  assert.match(toGithub(changed), /"name": "dup \(version 2\) on bundled"/);
  assert.match(toBenchstat([changed]), /^BenchmarkSSL\/dup_\(version_2\)\t/m);
  assert.match(toCsv([changed]), /,dup,2,/);
});

test('the baseline’s twin is no result', () => {
  const document = {
    ...run.document,
    targets: run.document.targets.map((target) =>
      target.id === 'debian:trixie' ? { ...target, twinOf: 'bundled' } : target,
    ),
  };
  assert.not.match(toCsv([{ document, batches }]), /trixie/);
});

test.run();
