/** The soak scenarios of JavaScript handles and their plants. Imports nothing, so that any Node can list them. */
import type { PlantDescription } from './soak-messages.js' with { 'resolution-mode': 'import' };

/** What the scenarios' own file needs. */
export const HANDLES_NODE_MAJOR_MIN = 20;

export const HANDLE_SCENARIOS = [
  { name: 'handles-close', about: 'JavaScript handles made, referred to, duplicated and closed' },
  { name: 'handles-dispose', about: 'JavaScript handles disposed of, also when the work throws' },
  { name: 'handles-dropped', about: 'JavaScript handles left to the garbage collector' },
  { name: 'handles-shared', about: 'JavaScript handles shared with a worker thread, which closes them' },
].map((one) => Object.assign(one, { takesSettings: false }));

const plant = (
  kind: string,
  scenario: string,
  about: string,
  oracle: string,
  names: string,
): PlantDescription => ({
  kind,
  about,
  scenario,
  names,
  oracle,
});

/** `names` is the label of a site (`~` and a part of it, where several will do), or for oracle `objects` a word that the retainer path must have. */
export const HANDLE_PLANTS: readonly PlantDescription[] = [
  plant('js-map', 'handles-dropped', 'a Map keeps a wrapper', 'objects', 'Map'),
  plant('js-cache', 'handles-dropped', 'an array that only grows keeps a wrapper', 'objects', 'keptInCache'),
  plant('js-closure', 'handles-dropped', 'a closure keeps a wrapper', 'objects', 'heldByClosure'),
  plant('js-listener', 'handles-dropped', 'an event listener keeps a wrapper', 'objects', 'EventEmitter'),
  plant('js-timer', 'handles-dropped', 'a timer keeps a wrapper', 'objects', 'Timeout'),
  plant(
    'js-promise',
    'handles-dropped',
    'a promise that never settles keeps a wrapper',
    'objects',
    'Promise',
  ),
  plant('js-error', 'handles-dispose', 'an error that is kept carries a wrapper', 'objects', 'Error'),
  plant('js-finalizer', 'handles-dropped', 'the finalizer forgets the free', 'ledger', '~to drop'),
  plant(
    'js-up-ref-only',
    'handles-close',
    'a reference is taken that no wrapper owns',
    'ledger',
    'planted upRefOnly',
  ),
  plant('js-external', 'handles-close', 'V8 is not told that memory was freed', 'external', ''),
  plant('js-double-close', 'handles-close', 'a wrapper is closed twice', 'too-early', 'planted second close'),
  plant(
    'js-use-after-close',
    'handles-close',
    'a closed wrapper is referred to',
    'too-early',
    'planted use after close',
  ),
  plant('js-lost-token', 'handles-shared', 'a shared reference is never adopted', 'ledger', 'planted share'),
  plant(
    'js-thread-keeps',
    'handles-shared',
    'the other thread never closes what it adopted',
    'ledger',
    'SslHandle.share',
  ),
];
