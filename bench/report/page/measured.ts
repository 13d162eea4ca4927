/** What the views of threads, connections and the Node layer have in common. */
import { formatTime } from '../format.js';
import type { PageMeasured, PageTarget } from '../page-data/measured-types.js';
import { documentSelect, oneOf, select } from './controls.js';
import { type Child, h } from './dom.js';
import type { Context } from './model.js';

/** Which of the documents; `name` is the choice in the URL. */
export function chosenOf<T extends PageMeasured>(
  context: Context,
  name: string,
  documents: readonly T[],
): T | undefined {
  const id = oneOf(
    context.choice(name),
    documents.map((one) => one.id),
  );
  return documents.find((one) => one.id === id);
}

export function measurementSelect(
  context: Context,
  name: string,
  documents: readonly PageMeasured[],
): HTMLElement {
  return documentSelect(
    context,
    ...([name, 'Measurement', documents, chosenOf(context, name, documents)?.id ?? ''] as const),
  );
}

/** All targets, or one of them. */
export function targetSelect(context: Context, { targets }: PageMeasured): HTMLElement {
  return select(
    context,
    'target',
    'Target',
    [
      { value: '', label: 'all' },
      ...targets.map((target) => ({ value: target.id, label: targetText(target) })),
    ],
    context.choice('target') ?? '',
  );
}

/** The chosen target alone, or all: an unknown one is none chosen. */
export function chosenTargets(context: Context, { targets }: PageMeasured): readonly PageTarget[] {
  const chosen = targets.filter(({ id }) => id === context.choice('target'));
  return chosen.length > 0 ? chosen : targets;
}

/** `3.5.1 debian:trixie`. */
export function targetText({ id, version }: PageTarget): string {
  return version === null ? id : `${version} ${id}`;
}

/** The same for a table: the version, and where it comes from. */
export function targetName({ id, version }: PageTarget): Child {
  return version === null ? id : [h('span', {}, `${version} `), h('small', {}, id)];
}

/** When, where and how it was measured; also on paper, where controls are not. */
export function provenance({ startedAt, end, command, machine }: PageMeasured): Child {
  return h(
    'p',
    { class: 'explain', id: 'provenance' },
    `${formatTime(startedAt)} · ${machine.join(' · ')} · `,
    h('code', {}, `dupmark ${command.join(' ')}`),
    end === 'complete' ? null : [' · ', h('strong', {}, `not complete: ${end}`)],
  );
}

/** Targets that were refused, what was not available, and what happened meanwhile. */
export function remarks({ targets, events }: PageMeasured, missing: readonly Child[]): Child {
  const refused = targets.filter((target) => target.refused !== null);
  return [
    missing.length === 0
      ? null
      : h(
          'details',
          { id: 'missing', open: true },
          h('summary', {}, `Not available (${missing.length})`),
          h(
            'ul',
            { class: 'said' },
            missing.map((one) => h('li', {}, one)),
          ),
        ),
    refused.length + events.length === 0
      ? null
      : h(
          'ul',
          { class: 'said', id: 'events' },
          refused.map(({ id, refused: reason }) =>
            h('li', {}, h('strong', {}, `Refused ${id}`), `: ${reason}`),
          ),
          events.map((event) => h('li', {}, event)),
        ),
  ];
}
