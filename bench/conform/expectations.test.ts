import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addTo, changes, expectedOf, type Seen } from './expectations.js';

const Expectations = suite('expectations');

function seen(version: number, what: string, row = 'options'): Seen {
  return { row, target: `t${version}`, version: `v${version}`, versionNumber: version, seen: what };
}

Expectations('equal neighbours are one range', () => {
  const { options } = addTo({}, [seen(3, 'shared'), seen(1, 'own copy'), seen(2, 'own copy')]);
  assert.equal(
    options?.map(({ since, until, seen: what }) => [since, until, what]),
    [
      ['v1', 'v2', 'own copy'],
      ['v3', 'v3', 'shared'],
    ],
  );
});

Expectations('a version is expected to be as its range, else as the one before it, else as the first', () => {
  const { options } = addTo({}, [seen(10, 'own copy'), seen(20, 'own copy'), seen(30, 'shared')]);
  for (const [version, expected] of [
    [5, 'own copy'],
    [15, 'own copy'],
    [25, 'own copy'],
    [30, 'shared'],
    [99, 'shared'],
  ] as const) {
    assert.is(expectedOf(options, version), expected);
  }
  assert.is(expectedOf(undefined, 1), null);
});

Expectations('a change is found, what is as expected and what is new is not', () => {
  const known = addTo({}, [seen(10, 'own copy')]);
  assert.equal(
    changes([seen(10, 'own copy'), seen(11, 'own copy'), seen(10, 'shared', 'new-row')], known),
    [],
  );
  assert.equal(changes([seen(11, 'not carried')], known), [
    { row: 'options', target: 't11', version: 'v11', expected: 'own copy', seen: 'not carried' },
  ]);
});

Expectations('what was added is expected from then on, whatever was known before', () => {
  const observation = fc.record({
    version: fc.integer({ min: 1, max: 12 }),
    what: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(
      fc.array(observation),
      fc.uniqueArray(observation, { selector: ({ version }) => version }),
      (before, now) => {
        const known = addTo(
          {},
          before.map(({ version, what }) => seen(version, what)),
        );
        const latest = now.map(({ version, what }) => seen(version, what));
        const updated = addTo(known, latest);
        assert.equal(changes(latest, updated), []);
        assert.equal(addTo(updated, latest), updated);
      },
    ),
  );
});

Expectations.run();
