import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FaultPoint } from '../document/faults-schema.js';
import { countKinds, faultFindings, faultText } from './findings.js';

const point = (nth: number, kind: FaultPoint['kind'], refusedAt: string): FaultPoint => ({
  nth,
  andLater: false,
  kind,
  refusedAt,
});

const target = {
  id: 'debian:x',
  version: 'OpenSSL 9',
  notAvailable: null,
  cases: [
    {
      case: 'SSL_dup[mode=default]',
      failure: '',
      allocations: 2,
      points: [point(1, 'refused', 'ssl/a.c:1'), point(2, 'quiet', 'ssl/b.c:2')],
    },
    {
      case: 'SSL_dup',
      failure: '',
      allocations: 2,
      points: [
        point(1, 'quiet', 'ssl/b.c:2'),
        { ...point(2, 'crashed', 'ssl/c.c:3'), signal: 11, phase: 'the call' },
      ],
    },
  ],
};

test('the same fault in two cases is one finding, and the worst comes first', () => {
  const findings = faultFindings([target]);
  assert.equal(
    findings.map(({ kind, points, cases }) => [kind, points, cases]),
    [
      ['crashed', 1, ['SSL_dup']],
      ['quiet', 2, ['SSL_dup[mode=default]', 'SSL_dup']],
    ],
  );
});

test('what is as documented is no finding', () => {
  const clean = {
    ...target,
    cases: target.cases.map((one) => ({ ...one, points: [point(1, 'refused', '')] })),
  };
  assert.equal([...faultFindings([clean])], []);
});

test('a finding says what, where and how often', () => {
  const [crash, quiet] = faultFindings([target]).map(faultText);
  assert.is(crash, 'SSL_dup dies of signal 11 in the call when ssl/c.c:3 gets no memory');
  assert.is(
    quiet,
    'SSL_dup[mode=default] fails with an empty error queue when ssl/b.c:2 gets no memory (2 points in 2 cases)',
  );
});

test('another call in the same trouble is another finding; a leak is one, however its call is stopped', () => {
  const leak = (nth: number, refusedAt: string) => ({
    ...point(nth, 'leaked', refusedAt),
    leaked: 3,
    leakedAt: 'ssl/d.c:4',
  });
  const two = {
    ...target,
    cases: [
      { case: 'SSL_new', failure: '', allocations: 2, points: [point(2, 'quiet', 'ssl/b.c:2')] },
      { case: 'SSL_dup', failure: '', allocations: 2, points: [point(2, 'quiet', 'ssl/b.c:2')] },
      {
        case: 'set[mode=default]',
        failure: '',
        allocations: 2,
        points: [leak(1, 'ssl/a.c:1'), leak(2, 'ssl/b.c:2')],
      },
    ],
  };
  assert.equal(
    faultFindings([two]).map(({ kind, points }) => [kind, points]),
    [
      ['leaked', 2],
      ['quiet', 1],
      ['quiet', 1],
    ],
  );
});

test('what a handshake proves comes before what only a getter tells', () => {
  const lack = (nth: number, more: Partial<FaultPoint>) => ({
    ...point(nth, 'silent-lack', 'ssl/a.c:1'),
    lacks: `number ${nth}`,
    ...more,
  });
  const cases = [
    {
      case: 'SSL_dup',
      failure: '',
      allocations: 2,
      points: [lack(1, {}), lack(2, { letIn: 'the handshake succeeds' })],
    },
  ];
  assert.equal(
    faultFindings([{ ...target, cases }]).map((finding) => finding.point.nth),
    [2, 1],
  );
});

test('kinds are counted', () => {
  assert.equal(
    [...countKinds(target.cases[0]?.points ?? [])],
    [
      ['refused', 1],
      ['quiet', 1],
    ],
  );
});

test.run();
