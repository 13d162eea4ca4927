/**
 * The check of dupmark's own declarations against the real headers of a version: one generated C++ file that compiles
 * only when every function has the type and every constant the value that native/openssl_abi.h says. Differences in
 * `const` are let pass (versions add it, and no caller notices), and a result that dupmark does not use.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abi } from './abi-text.js';

export interface HeaderCheck {
  /** The C++ to compile with the headers' folders. */
  readonly source: string;
  /** Functions and constants that these headers do not have. */
  readonly lacking: readonly string[];
  /** Functions that dupmark calls required and these headers lack: an error of its own. */
  readonly lackingRequired: readonly string[];
}

/** Makes the check for the headers below `include` (the folder that holds openssl/). */
export function headerCheck(abi: Abi, include: readonly string[]): HeaderCheck {
  const files = include.flatMap((folder) => {
    const headers = readdirSync(join(folder, 'openssl')).filter((file) => file.endsWith('.h'));
    return headers.map((file) => ({ file, text: readFileSync(join(folder, 'openssl', file), 'utf8') }));
  });
  const text = files.map((one) => one.text).join('\n');
  const has = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  const functions = abi.functions.filter(({ name }) => has(name));
  const constants = abi.constants.filter(({ name }) => has(name));
  const included = INCLUDED.filter((file) => files.some((one) => one.file === file));
  return {
    source: [
      ...included.map((file) => `#include <openssl/${file}>`),
      TEMPLATES,
      ...abi.types.filter((type) => FORWARD.test(type)),
      'namespace ours {',
      ...abi.types.filter((type) => !FORWARD.test(type)).flatMap((type) => typeOf(type, has)),
      ...functions.map(
        ({ name, result, parameters }) =>
          `static_assert(Same<${result} ${parameters}, decltype(::${name})>::value, "${name} has another type");`,
      ),
      ...constants.map(
        ({ name, value }) =>
          `static_assert(static_cast<long long>(${name}) == static_cast<long long>(${value}), "${name} has another value");`,
      ),
      '}  // namespace ours',
      '',
    ].join('\n'),
    lacking: [...abi.functions, ...abi.constants].map(({ name }) => name).filter((name) => !has(name)),
    lackingRequired: abi.functions
      .filter(({ required, name }) => required && !has(name))
      .map(({ name }) => name),
  };
}

/** Declared in front: within a namespace it would be another type. */
const FORWARD = /^struct \w+;$/;

const INCLUDED = [
  ...[
    'ssl.h',
    'err.h',
    'crypto.h',
    'dh.h',
    'x509v3.h',
    'x509_vfy.h',
    'pem.h',
    'obj_mac.h',
    'quic.h',
    'hpke.h',
    'ech.h',
  ],
  ...['ct.h', 'srtp.h', 'bio.h', 'evp.h', 'hmac.h'],
];

/** A structure that the headers have too is theirs, at our size. */
function typeOf(type: string, has: (name: string) => boolean): readonly string[] {
  const structure = /^typedef struct \{[\s\S]*\} (\w+);$/.exec(type)?.[1];
  return structure !== undefined && has(structure) ? [`using ::${structure};`] : [type];
}

const TEMPLATES = `
#include <cstdint>
#include <type_traits>
// A type without any const, however deep.
template <class T> struct Plain { using type = T; };
template <class T> struct Plain<const T> { using type = typename Plain<T>::type; };
// 1.1.1 has void* where the same pointer is void** later (the dup function of an ex_data index).
template <> struct Plain<void**> { using type = void*; };
template <class T> struct Plain<T*> { using type = typename Plain<T>::type*; };
template <class T> struct Plain<T* const> { using type = typename Plain<T>::type*; };
template <class R, class... P> struct Plain<R(P...)> { using type = typename Plain<R>::type(typename Plain<P>::type...); };
template <class T> struct Result;
template <class R, class... P> struct Result<R(P...)> { using type = R; using without = void(typename Plain<P>::type...); };
template <class Ours, class Theirs> struct Same {
  static constexpr bool exact = std::is_same<typename Plain<Ours>::type, typename Plain<Theirs>::type>::value;
  static constexpr bool unused = std::is_void<typename Result<Ours>::type>::value &&
      std::is_same<typename Result<Ours>::without, typename Result<Theirs>::without>::value;
  static constexpr bool value = exact || unused;
};
`;
