import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { agreement } from './validity.js';

const Validity = suite('validity');
const interval = (low: number, high: number) => ({ low, high, confidence: 0.95 });

Validity('agrees within 3 % either way, whatever the interval', () => {
  assert.is(agreement({ ratio: 1.029, interval: interval(0.9, 1.2) }), 'agree');
  assert.is(agreement({ ratio: 0.971, interval: null }), 'agree');
});

Validity('differs only when the whole interval is beyond', () => {
  assert.is(agreement({ ratio: 1.05, interval: interval(1.04, 1.06) }), 'differ');
  assert.is(agreement({ ratio: 0.95, interval: interval(0.94, 0.96) }), 'differ');
});

Validity('is undecided where the interval reaches back, or is missing', () => {
  assert.is(agreement({ ratio: 1.04, interval: interval(1.02, 1.06) }), 'undecided');
  assert.is(agreement({ ratio: 1.4, interval: null }), 'undecided');
});

Validity.run();
