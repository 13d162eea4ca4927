/**
 * How often stable series show a change that is not there, and how small a one is still found, on simulated series from fixed seeds.
 * docs/history.md states these figures.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { segmentsOf } from './change-points.js';
import { normal, uniforms } from './testing.js';

const test = suite('stats/change-points-alarms');
const SERIES = 300;

/** What differs from release to release without a change, each with a standard deviation of about 1. */
const NOISES: Record<string, (u: () => number) => number> = {
  normal,
  // Student's t with 3 degrees of freedom.
  'heavy-tailed': (u) => normal(u) / Math.sqrt(normal(u) ** 2 + normal(u) ** 2 + normal(u) ** 2),
  bimodal: (u) => (u() < 0.5 ? -1 : 1) + 0.3 * normal(u),
  'one in ten odd': (u) => normal(u) * (u() < 0.1 ? 5 : 1),
};

/** The share of series with any change. `shift` is added from the middle on. */
function share(noise: (u: () => number) => number, points: number, seed: number, shift = 0): number {
  const u = uniforms(seed);
  let changed = 0;
  for (let i = 0; i < SERIES; i++) {
    const series = Array.from({ length: points }, (_, at) => ({
      value: noise(u) + (at >= points / 2 ? shift : 0),
      standardError: null,
    }));
    if (segmentsOf(series, 1e-9).length > 1) changed++;
  }
  return changed / SERIES;
}

/** Measured: what each kind of noise may flag at most, with room for what 300 series are known to. */
const ALARMS_MAX: Record<string, number> = {
  normal: 0.02,
  'heavy-tailed': 0.05,
  bimodal: 0.06,
  'one in ten odd': 0.08,
};

let seed = 20_260_801;
for (const [name, noise] of Object.entries(NOISES)) {
  test(`stable series, ${name}: false alarms are as rare as documented`, () => {
    for (const points of [8, 19, 36]) {
      const found = share(noise, points, seed++);
      assert.ok(found <= (ALARMS_MAX[name] ?? 0), `${points} points: ${found}`);
    }
  });
}

test('a shift of four standard deviations in the middle of 19 releases is found nearly always', () => {
  const found = share(normal, 19, 4, 4);
  assert.ok(found >= 0.95, String(found));
});

test.run();
