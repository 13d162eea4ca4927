import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leastFailing, leastPart } from './bisect.js';

test('the least failing number is found wherever it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1e7 }),
      fc.integer({ min: 0, max: 1e7 }),
      async (least, more) => {
        let asked = 0;
        const found = await leastFailing(least + more, async (n) => {
          asked++;
          return n >= least;
        });
        assert.is(found, least);
        assert.ok(asked <= 25);
      },
    ),
  );
});

test('the least part is exactly what is needed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { minLength: 1, maxLength: 4 }),
      async (needed) => {
        const items = Array.from({ length: 200 }, (_, i) => i);
        const part = await leastPart(items, async (some) => needed.every((one) => some.includes(one)));
        assert.equal(
          [...part],
          [...needed].sort((a, b) => a - b),
        );
      },
    ),
  );
});

test('gives the best so far when it may not ask on', async () => {
  const part = await leastPart([1, 2, 3, 4, 5, 6, 7, 8], async (some) => some.includes(8), 1);
  assert.equal([...part], [5, 6, 7, 8]);
});

test.run();
