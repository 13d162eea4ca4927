import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  formatCount,
  formatDuration,
  formatMemory,
  formatNs,
  formatRate,
  formatRatio,
  formatReach,
  formatShare,
  formatSpan,
  formatTime,
} from './format.js';

const test = suite('report/format');

function table<T>(format: (value: T) => string, rows: readonly (readonly [T, string])[]): void {
  for (const [value, expected] of rows) assert.is(format(value), expected, String(value));
}

test('nanoseconds: three significant digits, the unit by what is printed', () => {
  table(formatNs, [
    [0, '0 ns'],
    [0.0012, '0.00120 ns'],
    [0.31, '0.310 ns'],
    [0.9996, '1.00 ns'],
    [4.567, '4.57 ns'],
    [9.996, '10.0 ns'],
    [99.96, '100 ns'],
    [912.4, '912 ns'],
    [999.4, '999 ns'],
    [999.6, '1.00 µs'],
    [1_204, '1.20 µs'],
    [12_400, '12.4 µs'],
    [200_000, '200 µs'],
    [999_600, '1.00 ms'],
    [1.5e9, '1.50 s'],
    [2e13, '20000 s'],
  ]);
});

test('ratios: three decimals below 10, else four digits', () => {
  table(formatRatio, [
    [0.5804, '0.580×'],
    [1.0021, '1.002×'],
    [9.9994, '9.999×'],
    [9.9996, '10.00×'],
    [123.45, '123.5×'],
    [12345.6, '12350×'],
    [0.00004, '0.000×'],
  ]);
});

test('reach: the farther end, rounded up', () => {
  assert.is(formatReach(100, 99.9, 100.2), '±0.2%');
  assert.is(formatReach(100, 99, 100), '±1.0%');
  assert.is(formatReach(100, 99.96, 100), '±0.1%');
  assert.is(formatReach(100, 100, 100), '±0.0%');
  assert.is(formatReach(100, 90.05, 100), '±10%');
  assert.is(formatReach(100, 50, 112.2), '±50%');
  assert.is(formatReach(100, 100, 350.5), '±251%');
  assert.is(formatReach(0, 0, 0), '±?');
});

test('counts, shares, memory, times', () => {
  table(formatCount, [
    [0, '0'],
    [999, '999'],
    [10_536, '10,536'],
    [1_234_567, '1,234,567'],
    [-1_234, '-1,234'],
  ]);
  table(formatShare, [
    [0, '0 %'],
    [0.0004, '0.04 %'],
    [0.0123, '1.2 %'],
    [0.0996, '10 %'],
    [0.5, '50 %'],
  ]);
  table(formatMemory, [
    [512, '512 B'],
    [2_048, '2.00 KiB'],
    [8_254_287_872, '7.69 GiB'],
  ]);
  table(formatDuration, [
    [40, '1 s'],
    [119_400, '120 s'],
    [120_000, '2 min'],
    [7_100_000, '118 min'],
    [7_200_000, '2.0 h'],
    [183_600_000, '51 h'],
  ]);
  assert.is(formatTime('2026-08-01T12:34:56.000Z'), '2026-08-01 12:34 UTC');
  assert.is(formatSpan('2026-08-01T12:00:00Z', '2026-08-01T12:01:24.500Z'), '84.5 s');
  assert.is(formatSpan('2026-08-01T12:00:00Z', '2026-08-01T12:12:05Z'), '12 min 5 s');
});

test('rates have three digits', () => {
  assert.equal([0, 12.3, 999.6, 684_200, 1_456_000, 3.67e9].map(formatRate), [
    '0/s',
    '12.3/s',
    '1.00 k/s',
    '684 k/s',
    '1.46 M/s',
    '3.67 G/s',
  ]);
});

test.run();
