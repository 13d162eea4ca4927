/** Labelled controls whose state is a choice in the URL. */
import { formatTime } from '../format.js';
import { h } from './dom.js';
import type { Context } from './model.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A drop-down for choice `name`. The chosen value need not be among the choices: then the first is. */
export function select(
  context: Pick<Context, 'choose'>,
  name: string,
  label: string,
  choices: readonly Choice[],
  chosen: string,
): HTMLElement {
  const control = h(
    'select',
    { id: `choose-${name}`, change: () => context.choose({ [name]: control.value }) },
    choices.map(({ value, label: text }) => h('option', { value, selected: value === chosen }, text)),
  );
  return h('label', { class: 'control' }, h('span', {}, label), control);
}

/** One of several stored documents, told by when and how it was made. */
export function documentSelect(
  context: Pick<Context, 'choose'>,
  name: string,
  label: string,
  documents: readonly {
    readonly id: string;
    readonly startedAt: string;
    readonly command: readonly string[];
  }[],
  chosen: string,
): HTMLElement {
  return select(
    context,
    name,
    label,
    documents.map(({ id, startedAt, command }) => ({
      value: id,
      label: `${formatTime(startedAt)} · ${id.slice(-6)} · ${command.join(' ')}`,
    })),
    chosen,
  );
}

export function controls(...members: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'controls' }, [...members]);
}

/** One of `accepted`, or the first of them. */
export function oneOf(chosen: string | null, accepted: readonly string[]): string {
  return chosen !== null && accepted.includes(chosen) ? chosen : (accepted[0] ?? '');
}
