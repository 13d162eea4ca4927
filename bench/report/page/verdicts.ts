/** Verdicts of soaks and kinds of faults, as the page shows them: a sign, a word, and only then a colour. */
import type { FaultKind } from '../../document/faults-schema.js';
import type { Verdict } from '../../document/soak-schema.js';
import { type Child, h } from './dom.js';

type Words = readonly [sign: string, word: string, tone: 'bad' | 'look' | 'good' | 'other', help: string];

const SOAK: Readonly<Record<Verdict, Words>> = {
  leak: ['▲', 'leak', 'bad', 'an exact oracle saw something left behind'],
  fault: ['▲', 'fault', 'bad', 'a free too many, a use after the last free, or a crash'],
  maybe: ['?', 'maybe', 'look', 'only a slope rose, or something grew once'],
  inconclusive: ['…', 'inconclusive', 'look', 'the time ended first, or it could not go on'],
  none: ['✓', 'none', 'good', 'every oracle is content'],
  'not-available': ['–', 'not here', 'other', 'cannot run here'],
};

/** From the worst to the best. */
export const SOAK_VERDICTS = Object.keys(SOAK) as readonly Verdict[];

const FAULTS: Readonly<Record<FaultKind, Words>> = {
  'silent-lack': ['▲', 'silent lack', 'bad', 'success, but the handle lacks a setting'],
  crashed: ['▲', 'crashed', 'bad', 'the process died'],
  hung: ['▲', 'hung', 'bad', 'it did not come back'],
  leaked: ['▲', 'leaked', 'bad', 'allocations were left behind'],
  quiet: ['?', 'quiet', 'look', 'NULL or 0, and nothing in the error queue'],
  survived: ['✓', 'survived', 'good', 'success with everything'],
  refused: ['✓', 'refused', 'good', 'NULL or 0, with an entry in the error queue'],
};

export const FAULT_KIND_NAMES = Object.keys(FAULTS) as readonly FaultKind[];

export function soakWord(verdict: Verdict): string {
  return SOAK[verdict][1];
}

export function soakBadge(verdict: Verdict): Child {
  return badge(SOAK[verdict]);
}

/** The sign alone, for a row of small ones; the word is there for who does not see it. */
export function soakSign(verdict: Verdict, when: string): Child {
  const [sign, word, tone] = SOAK[verdict];
  return h(
    'span',
    { class: `mark ${tone}`, title: `${when}: ${word}` },
    h('span', { 'aria-hidden': 'true' }, sign),
    h('span', { class: 'unseen' }, `${when}: ${word}`),
  );
}

export function soakTone(verdict: Verdict): string {
  return SOAK[verdict][2];
}

export function faultWord(kind: FaultKind): string {
  return FAULTS[kind][1];
}

export function faultBadge(kind: FaultKind): Child {
  return badge(FAULTS[kind]);
}

export function faultTone(kind: FaultKind): string {
  return FAULTS[kind][2];
}

function badge([sign, word, tone, help]: Words): Child {
  return h(
    'span',
    { class: `badge ${tone}`, title: help },
    h('span', { 'aria-hidden': 'true', class: 'sign' }, sign),
    word,
  );
}
