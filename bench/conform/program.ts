/**
 * The text of the C program that shows what SSL_dup does with a setting. Pure, so that the dashboard puts together the
 * same program as `dupmark conform --explain`.
 */
import type { SettingDescription } from '../core/setting.js';
import type { SettingCode } from '../worker/messages.js';

/** What of a setting its program depends on. */
export type ProgramSetting = Pick<SettingDescription, 'id' | 'call' | 'dtls' | 'onlyOnContext'>;

export interface ProgramOptions {
  readonly level: string;
  readonly withSession: boolean;
}

/** A piece of C that a program takes along when it uses one of the names. */
export interface Piece {
  readonly names: readonly string[];
  readonly text: string;
}

/** The program; `declarations` is given all that stands below it. */
export function programText(
  setting: ProgramSetting,
  code: SettingCode,
  options: ProgramOptions,
  pieces: readonly Piece[],
  declarations: (program: string) => string,
): string {
  return assembledText(
    headText(setting, options),
    '',
    mainText(setting, code, options),
    pieces,
    declarations,
  );
}

/** A program with those pieces that its main part uses; `first` stands before them. */
export function assembledText(
  head: string,
  first: string,
  body: string,
  pieces: readonly Piece[],
  declarations: (program: string) => string,
): string {
  const needed = reachable(body, pieces);
  const taken = pieces.filter((piece) => needed.has(piece)).map(({ text }) => text);
  const program = [first, ...taken, body].filter((text) => text !== '').join('\n\n');
  return `${head}\n${declarations(program)}\n\n${program}`;
}

function headText(setting: ProgramSetting, { level, withSession }: ProgramOptions): string {
  const of = level === 'default' ? setting.id : `${setting.id}=${level}`;
  return [
    `// What SSL_dup does with ${of} (${setting.call})${withSession ? ', with a session set first' : ''}.`,
    '// Printed by `dupmark conform --explain`, from the code that it runs itself. To build:',
    '//   cc explained.c -o explained -lssl -lcrypto',
  ].join('\n');
}

/** The headers that every program needs. */
export function headersText(): string {
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

function mainText(setting: ProgramSetting, code: SettingCode, options: ProgramOptions): string {
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
export function functionText(name: string, parameter: string, body: string): string {
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

/** All that the programs of all settings are made of. */
export interface Programs {
  readonly pieces: readonly Piece[];
  /** By row, as `cipher-list=20`. */
  readonly settings: Readonly<
    Record<string, ProgramSetting & { readonly level: string; readonly code: SettingCode }>
  >;
}
