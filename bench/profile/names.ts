/** Names for the functions that callgrind shows as addresses, by debug files and by their code. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallgrindProfile, NO_OBJECT, UNNAMED } from '../run/callgrind.js';
import type { NameSources } from '../targets/code-names.js';
import {
  archiveFunctions,
  buildIdOf,
  type FunctionPlace,
  fileOffset,
  functionPlaces,
  functionsAt,
} from '../targets/elf-functions.js';
import { libraryName, ownName } from './call-tree.js';

/** Names by object and address, as callgrind writes the two. */
export type FunctionNames = ReadonlyMap<string, string>;

/** Several functions may have the very same code; more than this are not listed. */
const ALIKE_MAX = 3;

export function nameKey(object: string, address: string): string {
  return `${object}\n${address}`;
}

/** Names what can be named of the dump's unnamed functions. */
export function nameFunctions(profile: CallgrindProfile, sources: NameSources): FunctionNames {
  const wanted = new Map<string, Set<string>>();
  for (const { object, name } of profile.functions.values()) {
    const own = ownName(name);
    if (!UNNAMED.test(own) || object === NO_OBJECT) continue;
    const addresses = wanted.get(object) ?? new Set<string>();
    wanted.set(object, addresses.add(own));
  }
  const names = new Map<string, string>();
  for (const [object, addresses] of wanted) {
    if (!existsSync(object)) continue;
    const file = readFileSync(object);
    const debug = debugFile(file, sources.debugFolders);
    const places = debug === null ? [] : functionPlaces(readFileSync(debug));
    const archive = sources.archives.get(libraryName(object));
    const functions = archive === undefined ? [] : archiveFunctions(readFileSync(archive));
    for (const address of addresses) {
      const offset = fileOffset(file, Number(address));
      const alike = offset === null ? [] : [...new Set(functionsAt(file, offset, functions))].sort();
      const name =
        placeName(places, Number(address)) ??
        (alike.length === 0 || alike.length > ALIKE_MAX ? null : alike.join(' or '));
      if (name !== null) names.set(nameKey(object, address), name);
    }
  }
  return names;
}

/** The function that an address is in. Of several names for one, the one without underscores in front, then the shortest. */
function placeName(places: readonly FunctionPlace[], address: number): string | null {
  const underscores = (name: string) => /^_*/.exec(name)?.[0].length ?? 0;
  return (
    places
      .filter((one) => address >= one.address && address < one.address + one.sizeBytes)
      .map(({ name }) => name.replace(/@.*$/, ''))
      .sort((a, b) => underscores(a) - underscores(b) || a.length - b.length || (a < b ? -1 : 1))[0] ?? null
  );
}

function debugFile(file: Buffer, folders: readonly string[]): string | null {
  const id = buildIdOf(file);
  if (id === null) return null;
  return (
    folders
      .map((folder) => join(folder, id.slice(0, 2), `${id.slice(2)}.debug`))
      .find((path) => existsSync(path)) ?? null
  );
}
