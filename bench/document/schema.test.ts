import { readFileSync } from 'node:fs';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { schemaFiles } from './json-schema.js';
import { batchSchema, type RunDocument, runDocumentSchema } from './schema.js';
import { exampleBatches, exampleDocument } from './testing.js';

const test = suite('document/schema');

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const issueOf = (value: unknown): string => {
  const checked = runDocumentSchema.safeParse(value);
  return checked.success ? 'valid' : (checked.error.issues[0]?.path.join('.') ?? '');
};

test('a document goes through JSON and back unchanged', () => {
  const document = exampleDocument();
  assert.equal(runDocumentSchema.parse(throughJson(document)), document);
});

test('so does a batch', () => {
  for (const batch of exampleBatches(1)) assert.equal(batchSchema.parse(throughJson(batch)), batch);
});

test('what is wrong is named by its path', () => {
  const document = exampleDocument();
  const bad: [string, Partial<Record<keyof RunDocument, unknown>>][] = [
    ['id', { id: '../../etc' }],
    ['schemaVersion', { schemaVersion: 3 }],
    ['seed', { seed: -1 }],
    ['startedAt', { startedAt: 'yesterday' }],
    ['status', { status: { kind: 'partial' } }],
    ['plan.blocks', { plan: { ...document.plan, blocks: 0 } }],
    ['targets.0.sha256', { targets: [{ ...document.targets[0], sha256: { '/a': 'XYZ' } }] }],
    ['warnings.0.code', { warnings: [{ code: 'unheard-of', message: 'm', advice: 'a', where: {} }] }],
    ['cells', { cells: undefined }],
  ];
  for (const [where, over] of bad) {
    const found = issueOf({ ...document, ...over });
    assert.ok(found.startsWith(where), `${where}: ${found}`);
  }
});

test('an unknown field is refused', () => {
  assert.is(runDocumentSchema.safeParse({ ...exampleDocument(), later: 1 }).success, false);
});

test('the published JSON Schemas are those of the code (to write them anew: see json-schema.ts)', () => {
  for (const [name, content] of Object.entries(schemaFiles())) {
    const published = readFileSync(path.join('results', 'schema', name), 'utf8');
    assert.ok(published === content, `results/schema/${name} is not what the code makes`);
  }
});

test('the JSON Schemas name the common parts once and refuse unknown fields', () => {
  const run = JSON.parse(schemaFiles()['run.schema.json'] ?? '{}');
  assert.is(run.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.is(run.additionalProperties, false);
  assert.ok(Object.keys(run.$defs).includes('Comparison'));
  assert.is(JSON.stringify(run).includes('readOnly'), false);
});

test.run();
