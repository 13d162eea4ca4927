import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runDocumentSchema } from './schema.js';
import { exampleDocument } from './testing.js';
import { upgraded } from './upgrade.js';

const test = suite('document/upgrade');

test('a document of version 1 is read as one of today', () => {
  const { setOnHandles: _, ...document } = exampleDocument();
  const old = {
    ...document,
    schemaVersion: 1,
    cells: document.cells.map(({ dupToNewInherit: _none, ...cell }) => cell),
  };
  assert.not(runDocumentSchema.safeParse({ ...old, schemaVersion: 2 }).success);
  const checked = runDocumentSchema.safeParse(upgraded(old));
  assert.ok(checked.success, checked.error?.message);
  assert.equal(checked.data.setOnHandles, []);
});

test("today's documents, and what is none, are left as they are", () => {
  for (const value of [exampleDocument(), null, 7, [], { schemaVersion: 99 }])
    assert.is(upgraded(value), value);
  assert.equal(upgraded({ schemaVersion: 1, cells: 'none' }), {
    schemaVersion: 2,
    setOnHandles: [],
    cells: 'none',
  });
});

test.run();
