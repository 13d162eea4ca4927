/**
 * Reads dupmark's own declarations of OpenSSL (native/openssl_abi.h, native/openssl_constants.h) as text: for programs
 * that are printed without OpenSSL's headers, and for the check against the headers of every version.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../worker/files.js';

export interface DeclaredFunction {
  readonly required: boolean;
  readonly result: string;
  readonly name: string;
  /** With its parentheses. */
  readonly parameters: string;
}

export interface DeclaredConstant {
  readonly name: string;
  readonly value: string;
}

export interface Abi {
  readonly functions: readonly DeclaredFunction[];
  readonly constants: readonly DeclaredConstant[];
  /** The types that the functions need, one declaration each. */
  readonly types: readonly string[];
}

/** Reads the two files. Throws when they do not look as this reader knows them: then it must change with them. */
export function readAbi(folder = join(PROJECT_FOLDER, 'native')): Abi {
  const header = readFileSync(join(folder, 'openssl_abi.h'), 'utf8');
  const constants = readFileSync(join(folder, 'openssl_constants.h'), 'utf8');
  const types = /extern "C" \{\n([\s\S]*?)\n\}\n/.exec(header)?.[1];
  if (types === undefined) throw new Error('openssl_abi.h: no types found');
  return {
    functions: readFunctions(header),
    constants: [...constants.matchAll(/^constexpr [\w ]+? (\w+) = ([^;]+);/gm)].map(([, name, value]) => ({
      name: name ?? '',
      value: value ?? '',
    })),
    types: declarations(types),
  };
}

/** Splits at semicolons that are in no braces. */
function declarations(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}') depth--;
    if (text[at] !== ';' || depth > 0) continue;
    found.push(text.slice(from, at + 1).trim());
    from = at + 1;
  }
  return found;
}

function readFunctions(header: string): readonly DeclaredFunction[] {
  const start = header.indexOf('#define DUPMARK_OPENSSL_FUNCTIONS(F)');
  const list = header.slice(start, header.indexOf('\n\n', start)).replace(/\\\n/g, ' ').replace(/\s+/g, ' ');
  const functions: DeclaredFunction[] = [];
  for (const match of list.matchAll(/F\((required|optional), (.+?), (\w+), (?=\()/g)) {
    const from = match.index + match[0].length;
    functions.push({
      required: match[1] === 'required',
      result: match[2] ?? '',
      name: match[3] ?? '',
      parameters: list.slice(from, closing(list, from) + 1),
    });
  }
  if (functions.length === 0) throw new Error('openssl_abi.h: no functions found');
  return functions;
}

/** Where the parenthesis that opens at `from` closes. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if (depth === 0) return at;
  }
  throw new Error(`openssl_abi.h: a parenthesis is not closed: ${text.slice(from, from + 40)}`);
}
