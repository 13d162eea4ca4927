import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../core/sample.js';
import { scenario, scenarioName } from '../core/scenario.js';
import { deriveCells } from '../document/cells.js';
import { deriveInfluence } from '../document/influence.js';
import { recordScenario } from '../document/record.js';
import type { RunDocument } from '../document/schema.js';
import { exampleDocument } from '../document/testing.js';
import { batchOf } from '../stats/testing.js';
import { COMBINATIONS_FOR_MODELS, combinationsOf, formatSigned, renderInfluence } from './influence.js';

const test = suite('report/influence');
const COSTS = { options: 20, mode: 10, verify: 40, 'cipher-list': 9000, session: 5, 'read-ahead': 3 };

/** A run over all 64 combinations of six settings: setters cost as above, dup a constant, and chains of allocations. */
function fullRun(): { readonly document: RunDocument; readonly batches: readonly Batch[] } {
  const names = Object.keys(COSTS);
  const combinations = Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.entries(COSTS).filter((_one, i) => (bits >> i) % 2 === 1),
  );
  const batches: Batch[] = [];
  const memory: RunDocument['memory'][number][] = [];
  const scenarios = [scenario('new')];
  const add = (name: string, ns: number) => {
    for (let block = 0; block < 9; block++) {
      for (const [t, target] of ['bundled', 'debian:trixie'].entries()) {
        const roundNs = [0, 1, 2].map((r) => ns * (1 + t) * (1 + 0.001 * ((block + r) % 3)));
        batches.push(batchOf(roundNs, { block, target, scenario: name }));
      }
    }
  };
  add('new', 1000);
  for (const combination of combinations) {
    const settings = combination.map(([setting]) => ({ setting, level: 'default' }));
    const cost = combination.reduce((sum, [, ns]) => sum + ns, 0);
    for (const [operation, ns] of [
      ['new-configure', 1000 + cost],
      ['new-inherit', 1000 + 2 * combination.length],
      ['dup', 1200],
    ] as const) {
      if (operation === 'new-inherit' && combination.length === 0) continue;
      const one = scenario(operation, settings);
      scenarios.push(one);
      add(scenarioName(one), ns);
      const allocations = 8 + combination.length;
      memory.push({
        target: 'bundled',
        scenario: scenarioName(one),
        reading: {
          kind: 'exact',
          allocations,
          requestedBytes: 64 * allocations,
          retainedBytes: 512,
          retainedAllocations: 8,
          sites: [],
        },
      });
    }
  }
  const base = exampleDocument({ scenarios: scenarios.map((one) => recordScenario(one, 100)), memory }, []);
  const targets = base.targets.filter(({ id }) => id === 'bundled' || id === 'debian:trixie');
  const setOnHandles = ['bundled', 'debian:trixie'].map((target) => ({
    target,
    scenario: 'new-inherit[mode,session]',
    settings: ['session'],
  }));
  const document = { ...base, targets, setOnHandles };
  return { document: { ...document, cells: deriveCells(document, batches) }, batches };
}

test('models, break-even and presets of a run, in lines that fit', () => {
  const { document, batches } = fullRun();
  assert.is(combinationsOf(document), 64);
  assert.ok(combinationsOf(document) >= COMBINATIONS_FOR_MODELS);
  const influence = deriveInfluence(document, batches);
  const [bundled, trixie] = influence.targets;
  const setters = bundled?.breakEven['new-configure'];
  assert.equal(setters?.alone, ['cipher-list']);
  assert.ok(Math.abs((setters?.extraNs ?? 0) - 200) < 2);
  // Handles have the settings from their SSL_CTX for 2 ns each: nothing makes up for what dup costs extra.
  const context = bundled?.breakEven['new-inherit'];
  assert.ok(Math.abs((context?.extraNs ?? 0) - 200) < 2);
  assert.equal([context?.alone, context?.fewest], [[], null]);
  assert.is(
    context?.tallies.reduce((sum, { slower }) => sum + slower, 0),
    64,
  );
  assert.ok(
    bundled?.operations.every(({ counts }) => counts.every(({ exact, heldOut }) => exact === heldOut)),
  );
  assert.equal(trixie?.operations[0]?.counts, []);
  for (const width of [80, 100]) {
    const named = [{ name: 'nginx-like', source: 'its source', choices: ['options', 'verify'] }];
    const text = renderInfluence(document, influence, named, { width, colour: false });
    assert.ok(text.split('\n').every((line) => line.length <= width));
    assert.match(text, /bundled: alone pays cipher-list/);
    assert.match(text, /nginx-like \[options,verify\]: SSL_new and setters/);
    assert.match(text, /13 of 13/);
    assert.match(text, /n\/a/);
    const flat = text.replace(/\s+/g, ' ');
    assert.match(flat, /against SSL_new from an SSL_CTX that has them/);
    assert.match(flat, /cannot be set on the context, so set on each handle: session/);
  }
});

test('what SSL_dup lost is named once for each setting, and what could not be had by reason', () => {
  const { document, batches } = fullRun();
  const failed = { kind: 'failed' as const, reason: 'verify was applied but is not there' };
  const troubled = {
    ...document,
    lost: ['dup[session]', 'dup[mode,session]'].map((scenario) => ({
      target: 'bundled',
      scenario,
      settings: ['session: no session'],
    })),
    availability: ['dup[verify]', 'dup[mode,verify]'].map((scenario) => ({
      target: 'debian:trixie',
      scenario,
      availability: failed,
    })),
  };
  const text = renderInfluence(troubled, deriveInfluence(document, batches), [], {
    width: 100,
    colour: false,
  });
  assert.is(text.split('session: no session (bundled)').length, 2);
  assert.match(text, /verify was applied but is not there \(scenarios: debian:trixie 2\)/);
  const clean = renderInfluence(document, deriveInfluence(document, batches), [], {
    width: 100,
    colour: false,
  });
  assert.not(/not carried|not to be had/.test(clean));
});

test('a run without combinations has no models and says so', () => {
  const document = exampleDocument();
  const influence = deriveInfluence(document, []);
  assert.ok(
    influence.targets.every(({ breakEven }) => Object.values(breakEven).every((one) => one === null)),
  );
  assert.match(renderInfluence(document, influence, [], { width: 90, colour: false }), /too few/);
});

test('differences have a sign, and less than the clock can tell is nothing', () => {
  assert.is(formatSigned(-1234), '−1.23 µs');
  assert.is(formatSigned(12), '12.0 ns');
  assert.is(formatSigned(-0.4), '0 ns');
});

test.run();
