/**
 * The minimal C program that shows what `dupmark conform` says of a setting. It is put together from the very code that
 * the catalogue runs (native/settings/), so that it cannot tell something else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingDescription } from '../core/setting.js';
import { PROJECT_FOLDER } from '../worker/files.js';
import type { SettingCode } from '../worker/messages.js';
import { type Abi, readAbi } from './abi-text.js';

/** Where a program's declarations come from: OpenSSL's own headers, or dupmark's list (then no headers are needed). */
export type Declarations = 'headers' | 'own';

export interface ExplainOptions {
  readonly level: string;
  readonly withSession: boolean;
  readonly declarations: Declarations;
}

const HELPERS = ['code.inc', 'handshake.inc', 'callbacks.inc', 'observers.inc'];
const FIXTURES = ['certificates.h', 'dh_parameters.h'];

/** A piece of C that a program takes along when it uses one of the names. */
interface Piece {
  readonly names: readonly string[];
  readonly text: string;
}

/** The program, as C11. */
export function explain(setting: SettingDescription, code: SettingCode, options: ExplainOptions): string {
  const body = mainText(setting, code, options);
  const pieces = helperPieces();
  const taken = pieces.filter((piece) => reachable(body, pieces).has(piece));
  const program = [...taken.map(({ text }) => text), body].join('\n\n');
  const declarations = options.declarations === 'headers' ? headersText() : ownText(program, readAbi());
  return `${headText(setting, options)}\n${declarations}\n\n${program}`;
}

function headText(setting: SettingDescription, { level, withSession }: ExplainOptions): string {
  const of = level === 'default' ? setting.id : `${setting.id}=${level}`;
  return [
    `// What SSL_dup does with ${of} (${setting.call})${withSession ? ', with a session set first' : ''}.`,
    '// Printed by `dupmark conform --explain`, from the code that it runs itself. To build:',
    '//   cc explained.c -o explained -lssl -lcrypto',
  ].join('\n');
}

function headersText(): string {
  return `#include <openssl/dh.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#if defined(__has_include)
#if __has_include(<openssl/ech.h>)
#include <openssl/ech.h>
#endif
#endif
#include <stdio.h>
#include <string.h>`;
}

/** Declarations of what the program uses and no more. */
function ownText(program: string, abi: Abi): string {
  const used = new Set(program.match(/\w+/g) ?? []);
  const functions = abi.functions.filter(({ name }) => used.has(name));
  const constants = abi.constants.filter(({ name }) => used.has(name));
  return [
    '#include <stdint.h>\n#include <stdio.h>\n#include <string.h>\n',
    ...abi.types,
    '',
    ...constants.map(({ name, value }) => `#define ${name} (${value})`),
    '',
    ...functions.map(({ result, name, parameters }) =>
      `${result} ${name}${parameters};`.replace(/(?<!struct )\bstack_st_/g, 'struct stack_st_'),
    ),
  ].join('\n');
}

function mainText(setting: SettingDescription, code: SettingCode, options: ExplainOptions): string {
  const method = setting.dtls ? 'DTLS_method' : 'TLS_method';
  const functions = [
    code.context === '' ? '' : functionText('prepare', 'SSL_CTX* ctx', code.context),
    code.apply === '' ? '' : functionText('apply', 'SSL* ssl', code.apply),
    functionText('shows', 'SSL* ssl', code.shows),
    code.change === '' ? '' : functionText('change', 'SSL* ssl', code.change),
  ].filter((text) => text !== '');
  const bare = setting.onlyOnContext ? `SSL_CTX_new(${method}())` : 'ctx';
  const configure = [
    options.withSession ? '  SSL_set_session(ssl, real_session());' : '',
    code.apply === '' ? '' : '  if (configured && apply(ssl) != 1) return NULL;',
  ].filter((line) => line !== '');
  const make = `static SSL* make(SSL_CTX* ctx, int configured) {
  SSL* ssl = SSL_new(ctx);
${configure.join('\n')}${configure.length > 0 ? '\n' : ''}  (void)configured;
  return ssl;
}`;
  const change =
    code.change === ''
      ? ''
      : `  // A plain value may still lie in something that both share.
  if (on_duplicate == 1) {
    SSL* one = make(ctx, 1);
    if (change(SSL_dup(one)) == 1 && shows(one) != 1) together = 1;
  }
`;
  const inherit =
    code.inherit === ''
      ? ''
      : `${['The same for all handles of an SSL_CTX, once:', ...statements(code.inherit)]
          .map((line, i) => (i === 0 ? `// ${line}` : `//   ${line}`))
          .join('\n')}

`;
  return `${functions.join('\n\n')}

${inherit}${make}

int main(void) {
  SSL_CTX* ctx = SSL_CTX_new(${method}());
  SSL *original, *duplicate;
  const void* object;
  int on_original, on_duplicate, on_sibling, together = 0;
${code.context === '' ? '' : '  if (prepare(ctx) != 1) return puts("could not observe"), 1;\n'}  original = make(ctx, 1);
  if (original == NULL) return puts("could not observe"), 1;
  duplicate = SSL_dup(original);
  if (duplicate == NULL) return puts("SSL_dup fails"), 0;
  seen_object = NULL;
  on_duplicate = shows(duplicate);
  object = seen_object;
  seen_object = NULL;
  on_original = shows(original);
  together = object != NULL && object == seen_object;
  on_sibling = shows(make(${bare}, 0));
${change}  printf("original %s, duplicate %s, a handle without %s\\n", on_original == 1 ? "has it" : "has it not",
         on_duplicate == 1 ? "has it" : "has it not", on_sibling == 1 ? "has it" : "has it not");
  puts(on_original != 1 || on_sibling == 1 ? "could not observe"
       : on_duplicate != 1                 ? "not carried"
       : ${setting.onlyOnContext ? '1' : '0'}                                 ? "only on the context"
       : together                          ? "shared"
                                           : "own copy");
  return 0;
}
`;
}

/** A function of the catalogue's code, a statement a line. */
function functionText(name: string, parameter: string, body: string): string {
  return `static int ${name}(${parameter}) {\n${statements(body)
    .map((statement) => `  ${statement}`)
    .join('\n')}\n}`;
}

/** Splits at semicolons that are not in quotation marks or parentheses. */
function statements(body: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let quoted = false;
  let depth = 0;
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    line += character;
    if (character === '\\' && quoted) line += body.charAt(++at);
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '(') depth++;
    else if (!quoted && character === ')') depth--;
    else if (!quoted && depth === 0 && character === ';') {
      lines.push(line.trim());
      line = '';
    }
  }
  return line.trim() === '' ? lines : [...lines, line.trim()];
}

function helperPieces(): readonly Piece[] {
  const native = join(PROJECT_FOLDER, 'native');
  return [
    ...FIXTURES.flatMap((file) => fixturePieces(readFileSync(join(native, 'fixtures', file), 'utf8'))),
    ...HELPERS.flatMap((file) => codePieces(readFileSync(join(native, 'settings', file), 'utf8'))),
  ];
}

/** Raw strings of C++ as strings of C. */
function fixturePieces(header: string): readonly Piece[] {
  return [...header.matchAll(/inline constexpr char (\w+)\[\] = R"\(([\s\S]*?)\)";/g)].map(
    ([, name = '', pem = '']) => ({
      names: [name],
      text: `static const char ${name}[] =\n${pem
        .trim()
        .split('\n')
        .map((line) => `    "${line}\\n"`)
        .join('\n')};`,
    }),
  );
}

/** Pieces end where an empty line is followed by text at the margin: functions have empty lines in them nowhere. */
function codePieces(source: string): readonly Piece[] {
  return source
    .split(/\n\n+/)
    .map((text) => text.trim())
    .flatMap((text) => {
      const names = [...text.matchAll(/^static (?:inline )?(?:const |struct |unsigned )*\w+\*? (\w+)/gm)].map(
        ([, name = '']) => name,
      );
      return names.length === 0 ? [] : { names, text };
    });
}

/** The pieces that a text uses, and those that these use. */
function reachable(text: string, pieces: readonly Piece[]): ReadonlySet<Piece> {
  const taken = new Set<Piece>();
  const visit = (source: string): void => {
    const words = new Set(source.match(/\w+/g) ?? []);
    for (const piece of pieces) {
      if (taken.has(piece) || !piece.names.some((name) => words.has(name))) continue;
      taken.add(piece);
      visit(piece.text);
    }
  };
  visit(text);
  return taken;
}
