import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineSoak as inside } from './index.js';

test("the package can be imported by its name, as a user's file does", async () => {
  const { defineSoak } = await import('dupmark');
  assert.is(defineSoak, inside);
  const definition = { cycle: () => 1 };
  assert.is(defineSoak(definition), definition);
});

test.run();
