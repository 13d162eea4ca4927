/**
 * The minimal C program that shows what `dupmark conform` says of a setting. It is put together from the very code that
 * the catalogue runs (native/settings/), so that it cannot tell something else.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../worker/files.js';
import type { SettingCode } from '../worker/messages.js';
import { type Abi, readAbi } from './abi-text.js';
import {
  assembledText,
  headersText,
  type Piece,
  type ProgramOptions,
  type ProgramSetting,
  programText,
} from './program.js';

/** Where a program's declarations come from: OpenSSL's own headers, or dupmark's list (then no headers are needed). */
export type Declarations = 'headers' | 'own';

export interface ExplainOptions extends ProgramOptions {
  readonly declarations: Declarations;
}

const HELPERS = ['code.inc', 'handshake.inc', 'callbacks.inc', 'observers.inc', 'guards.inc'];
const FIXTURES = ['certificates.h', 'dh_parameters.h'];

/** The program, as C11. */
export function explain(setting: ProgramSetting, code: SettingCode, options: ExplainOptions): string {
  return programText(setting, code, options, helperPieces(), declarationsOf(options.declarations));
}

/** A program like it with a head and a main part of one's own; `first` stands before the helpers that the main part uses. */
export function assembled(head: string, first: string, body: string, declarations: Declarations): string {
  return assembledText(head, first, body, helperPieces(), declarationsOf(declarations));
}

function declarationsOf(declarations: Declarations): (program: string) => string {
  return declarations === 'headers' ? headersText : (program) => ownText(program, readAbi());
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

/** What the catalogue's code calls, in pieces. */
export function helperPieces(): readonly Piece[] {
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
