/**
 * The minimal C program that shows a fault: one call, one refused allocation, and what came of it. It is put together from the
 * very code that the catalogue runs (native/settings/), with memory functions of its own in the place of dupmark's.
 */

import { type Abi, readAbi } from '../conform/abi-text.js';
import { assembled, type Declarations } from '../conform/explain.js';
import { functionText } from '../conform/program.js';
import { CouldNotRun } from '../core/errors.js';
import type { FaultPoint } from '../document/faults-schema.js';
import type { SettingCode } from '../worker/messages.js';
import type { WorkerProcess } from '../worker/worker-process.js';

/** What is called; settings as the case has them. */
export interface ExplainedCase {
  /** As in 'SSL_dup[param-host=default]'. */
  readonly name: string;
  readonly call: 'SSL_new' | 'SSL_dup' | 'set';
  /** The one setting that it is about; null for a bare call. */
  readonly setting: { readonly dtls: boolean; readonly code: SettingCode } | null;
}

/** The case of this name, with its setting's code as the target's worker knows it. Throws CouldNotRun for what has no program. */
export async function explainedCase(name: string, worker: WorkerProcess): Promise<ExplainedCase> {
  const match = /^(SSL_new|SSL_dup|set)(?:\[([^=\]]+)=([^\]]+)\])?$/.exec(name);
  const [, call, id, level] = match ?? [];
  if ((call !== 'SSL_new' && call !== 'SSL_dup' && call !== 'set') || (call === 'set' && id === undefined)) {
    throw new CouldNotRun(
      `--case: '${name}' cannot be explained (accepted: SSL_new, SSL_dup, and SSL_new, SSL_dup or set with one setting, as in 'SSL_dup[param-host=default]')`,
    );
  }
  if (id === undefined || level === undefined) return { name, call, setting: null };
  const setting = (await worker.ask('describe', {})).find((entry) => entry.id === id);
  if (setting === undefined || !setting.levels.includes(level))
    throw new CouldNotRun(`--case: the catalogue has no setting ${id}=${level}`);
  const code = await worker.ask('code', { setting: id, level });
  return { name, call, setting: { dtls: setting.dtls, code } };
}

/** Refuses one allocation and, with `andLater`, all that come after it; counts what is alive. */
const HOOKS = `static unsigned long asked, refuse_nth, alive;
static int armed, in_call, refuse_later, said;

static int refuses_this(const char* file, int line) {
  if (!armed || !in_call || refuse_nth == 0) return 0;
  asked++;
  if (asked < refuse_nth || (asked > refuse_nth && !refuse_later)) return 0;
  if (said++ == 0) printf("refused: %s:%d\\n", file, line);
  return 1;
}

static void* on_malloc(size_t bytes, const char* file, int line) {
  if (bytes == 0 || refuses_this(file, line)) return NULL;
  alive++;
  return malloc(bytes);
}

static void on_free(void* block, const char* file, int line) {
  (void)file, (void)line;
  if (block != NULL) alive--;
  free(block);
}

static void* on_realloc(void* block, size_t bytes, const char* file, int line) {
  if (block == NULL) return on_malloc(bytes, file, line);
  if (bytes == 0) return on_free(block, file, line), NULL;
  return refuses_this(file, line) ? NULL : realloc(block, bytes);
}`;

export function explainFault(
  { name, call, setting }: ExplainedCase,
  { nth, andLater }: Pick<FaultPoint, 'nth' | 'andLater'>,
  declarations: Declarations,
): string {
  const head = [
    `// What ${name} makes of it when its allocation number ${nth}${andLater ? ' and all after it are' : ' is'} refused.`,
    '// Printed by `dupmark faults --explain`, from the code that it runs itself. To build:',
    '//   cc explained.c -o explained -lssl -lcrypto',
    '#include <stdlib.h>',
  ].join('\n');
  const code = setting?.code ?? null;
  const abi = readAbi();
  // Only what a setter's calls on the handle ask for may be refused: what the setting's code makes beside is the program's own.
  const watched = call === 'set' ? watchedCalls(`${code?.apply ?? ''}`, abi) : { text: '', names: [] };
  const redirect = watched.names.map((one) => `#define ${one} watched_${one}`).join('\n');
  const undo = watched.names.map((one) => `#undef ${one}`).join('\n');
  const functions = [
    code === null || code.context === '' ? '' : functionText('prepare', 'SSL_CTX* ctx', code.context),
    code === null || code.apply === '' || call === 'SSL_new'
      ? ''
      : [watched.text, redirect, functionText('apply', 'SSL* ssl', code.apply), undo]
          .filter((text) => text !== '')
          .join('\n\n'),
    code === null || code.apply === '' || call !== 'SSL_new'
      ? ''
      : functionText('apply_to_context', 'SSL_CTX* ctx', forContext(code.apply)),
    code === null ? '' : functionText('shows', 'SSL* ssl', code.shows),
    code === null || code.guards === '' ? '' : functionText('guards', 'SSL* ssl', code.guards),
  ].filter((text) => text !== '');
  const body = [...functions, callText(call), mainText(call, setting, nth, andLater)].join('\n\n');
  return assembled(head, HOOKS, body, declarations);
}

/** The setting's code with each call on the handle made on the SSL_CTX instead. */
function forContext(apply: string): string {
  return apply
    .replace(/\bSSL_(?!CTX_|CTRL_)(\w+)\(\s*ssl\b/g, 'SSL_CTX_$1(ctx')
    .replace(/\bssl\b/g, '(SSL*)ctx');
}

function callText(call: ExplainedCase['call']): string {
  const made = {
    SSL_new: 'made = SSL_new(ctx);',
    SSL_dup: 'made = SSL_dup(original);',
    set: 'made = SSL_new(ctx);',
  }[call];
  return `// The call, with allocation number \`nth\` refused (none for 0); the handle, or NULL when the call says that it failed.
static SSL* attempt(SSL_CTX* ctx, SSL* original, unsigned long nth) {
  SSL* made;
  (void)ctx, (void)original;
${call === 'set' ? `  ${made}\n` : ''}  asked = 0;
  refuse_nth = nth;
  ERR_clear_error();
  armed = 1;
${
  call === 'set'
    ? `  if (apply(made) != 1) {
    armed = 0;
    SSL_free(made);
    return NULL;
  }`
    : `  in_call = 1;
  ${made}
  in_call = 0;`
}
  armed = 0;
  return made;
}`;
}

function mainText(
  call: ExplainedCase['call'],
  setting: ExplainedCase['setting'],
  nth: number,
  andLater: boolean,
): string {
  const code = setting?.code ?? null;
  const method = setting?.dtls === true ? 'DTLS_method' : 'TLS_method';
  const looks =
    code === null
      ? ''
      : `  if (made != NULL) {
    // On a handle with which nothing was refused first: what a call that goes well lacks too is no fault of memory.
    SSL* whole = attempt(ctx, original, 0);
    if (shows(whole) == 1 && shows(made) == 0) {
      printf("the handle lacks the setting: %s\\n", seen_text);
      verdict = "silent-lack";
    }
  }
`;
  const guards =
    code === null || code.guards === ''
      ? ''
      : `  if (strcmp(verdict, "silent-lack") == 0) {
    // The same handshake with a handle that lacks nothing, and with the one that does.
    printf("with the setting: %s\\n", guards(attempt(ctx, original, 0)) == 1 ? "refused" : "let in");
    printf("without: %s\\n", guards(attempt(ctx, original, ${nth})) == 1 ? "refused" : seen_text);
  }
`;
  const steps = [
    code === null || code.context === ''
      ? ''
      : '  if (prepare(ctx) != 1) return puts("could not prepare"), 1;',
    call === 'SSL_new' && code !== null && code.apply !== ''
      ? '  if (apply_to_context(ctx) != 1) return puts("could not prepare"), 1;'
      : '',
    '  original = SSL_new(ctx);',
    call === 'SSL_dup' && code !== null && code.apply !== ''
      ? '  if (apply(original) != 1) return puts("could not prepare"), 1;'
      : '',
  ].filter((line) => line !== '');
  return `int main(void) {
  SSL_CTX* ctx;
  SSL *original, *made;
  const char* verdict;
  unsigned long before = 0;
  int i, queued = 0;
  CRYPTO_set_mem_functions(on_malloc, on_realloc, on_free);
  ctx = SSL_CTX_new(${method}());
${steps.join('\n')}
  refuse_later = ${andLater ? 1 : 0};
  // Twice without, as some things are made once; then three times, as the first failure loads error strings.
  for (i = 0; i < 5; i++) {
    before = alive;
    made = attempt(ctx, original, i < 2 ? 0 : ${nth});
    queued = made == NULL && ERR_peek_error() != 0;
    SSL_free(made);
    ERR_clear_error();
  }
  if (alive > before) {
    printf("%lu allocations are left behind\\n", alive - before);
  }
  made = attempt(ctx, original, ${nth});
  ERR_clear_error();
  verdict = alive > before && made == NULL ? "leaked" : made != NULL ? "survived" : queued ? "refused" : "quiet";
${looks}${guards}  puts(verdict);
  return 0;
}
`;
}

/** Stand-ins for the functions that a setting's code calls on its handle, which let allocations be refused inside them. */
function watchedCalls(apply: string, { functions }: Abi): { text: string; names: readonly string[] } {
  const used = new Set(apply.match(/\w+/g) ?? []);
  const taken = functions.filter(
    ({ name, parameters }) =>
      used.has(name) &&
      /^\((?:SSL|X509_VERIFY_PARAM)\*/.test(parameters) &&
      // Types of dupmark's own have no name in OpenSSL's headers.
      !parameters.includes('dupmark_'),
  );
  const text = taken
    .map(({ name, result, parameters }) => {
      const named = split(parameters.slice(1, -1)).map((one, i) =>
        one.includes('(*)') ? one.replace('(*)', `(*p${i})`) : `${one} p${i}`,
      );
      const call = `${name}(${named.map((_, i) => `p${i}`).join(', ')})`;
      const steps =
        result === 'void'
          ? ['in_call++;', `${call};`, 'in_call--;']
          : [`${result} result;`, 'in_call++;', `result = ${call};`, 'in_call--;', 'return result;'];
      return `static ${result} watched_${name}(${named.join(', ')}) {\n${steps.map((one) => `  ${one}`).join('\n')}\n}`;
    })
    .join('\n\n');
  return { text, names: taken.map(({ name }) => name) };
}

/** Splits at the commas that are in no parentheses. */
function split(parameters: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of parameters) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else {
      part += character;
    }
  }
  return [...parts, part.trim()];
}
