/** The part of the ELF reader that follows the dynamic section, as the loader would: elf.ts has the whole. */
import { compareVersions } from '../core/target.js';
import { type Fields, Malformed, type Reader } from './elf-bytes.js';

/** A program header. */
export interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

export const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const DYNAMIC_BYTES = 16;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const SHT_DYNSYM = 11;
/** Dynamic tags by their name in the specification. */
export const DT = {
  NULL: 0,
  NEEDED: 1,
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  STRSZ: 10,
  SONAME: 14,
  GNU_HASH: 0x6ffffef5,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
} as const;

/** The functions of OpenSSL that are asked for have names shorter than this. */
const SYMBOL_NAME_MAX_BYTES = 64;
/** More version entries than any library has: damaged data may link them into a very long walk. */
const VERSIONS_MAX = 100_000;

/** Where in the file a virtual address lies. */
function toOffset(what: string, segments: readonly Segment[], address: number): number {
  const home = segments.find(
    (segment) =>
      segment.type === PT_LOAD && address >= segment.address && address < segment.address + segment.fileBytes,
  );
  if (home === undefined) throw new Malformed(`${what} is in no segment`);
  return address - home.address + home.offset;
}

/** The dynamic section: values by tag, and the string table that some of them point into. */
export interface Dynamic {
  values(tag: number): number[];
  readonly strings: Fields;
}

/** Reads the dynamic section through its program header. */
export function readDynamic(reader: Reader, segments: readonly Segment[]): Dynamic {
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  // Static executables have none: they need and export nothing.
  if (segment === undefined) return { values: () => [], strings: reader.bytes('nothing', 0, 0) };
  const table = reader.bytes('the dynamic section', segment.offset, segment.fileBytes);
  const byTag = new Map<number, number[]>();
  for (let at = 0; at + DYNAMIC_BYTES <= table.sizeBytes; at += DYNAMIC_BYTES) {
    const tag = table.u64(at);
    if (tag === DT.NULL) break;
    const values = byTag.get(tag) ?? [];
    values.push(table.u64(at + 8));
    byTag.set(tag, values);
  }
  const address = byTag.get(DT.STRTAB)?.[0];
  const size = byTag.get(DT.STRSZ)?.[0];
  if (address === undefined || size === undefined) throw new Malformed('it has no dynamic string table');
  const strings = reader.bytes(
    'the dynamic string table',
    toOffset('the string table', segments, address),
    size,
  );
  return { values: (tag) => byTag.get(tag) ?? [], strings };
}

/** The names of all defined dynamic symbols, except very long ones (mangled C++), which nobody asks for. */
export function definedSymbols(
  reader: Reader,
  header: Fields,
  segments: readonly Segment[],
  dynamic: Dynamic,
): Set<string> {
  const names = new Set<string>();
  const address = dynamic.values(DT.SYMTAB)[0];
  if (address === undefined) return names;
  const count = symbolCount(reader, header, segments, dynamic);
  const start = toOffset('the symbol table', segments, address);
  const table = reader.bytes('the symbol table', start, count * SYMBOL_BYTES);
  for (let i = 1; i < count; i++) {
    const undefinedSection = table.u16(i * SYMBOL_BYTES + 6) === 0;
    if (undefinedSection) continue;
    const name = dynamic.strings.shortText(table.u32(i * SYMBOL_BYTES), SYMBOL_NAME_MAX_BYTES);
    if (name !== null) names.add(name);
  }
  return names;
}

/** How many dynamic symbols there are: no header says so, but both kinds of hash table and the sections do. */
function symbolCount(reader: Reader, header: Fields, segments: readonly Segment[], dynamic: Dynamic): number {
  const sysv = dynamic.values(DT.HASH)[0];
  if (sysv !== undefined) {
    return reader.bytes('the hash table', toOffset('the hash table', segments, sysv), 8).u32(4);
  }
  const gnu = dynamic.values(DT.GNU_HASH)[0];
  if (gnu !== undefined) return gnuHashCount(reader, toOffset('the hash table', segments, gnu));
  const sections = reader.bytes('the section headers', header.u64(40), header.u16(60) * SECTION_BYTES);
  for (let at = 0; at < sections.sizeBytes; at += SECTION_BYTES) {
    if (sections.u32(at + 4) === SHT_DYNSYM) return Math.floor(sections.u64(at + 32) / SYMBOL_BYTES);
  }
  throw new Malformed('nothing tells how many symbols it has');
}

/** The last chain of a DT_GNU_HASH table ends at the last symbol: its entry has the lowest bit set. */
function gnuHashCount(reader: Reader, start: number): number {
  const header = reader.bytes('the hash table', start, 16);
  const [bucketCount, firstSymbol, bloomWords] = [header.u32(0), header.u32(4), header.u32(8)];
  const bucketsAt = start + 16 + bloomWords * 8;
  const buckets = reader.bytes('the hash table', bucketsAt, bucketCount * 4);
  let last = 0;
  for (let i = 0; i < bucketCount; i++) last = Math.max(last, buckets.u32(i * 4));
  if (last < firstSymbol) return firstSymbol;
  const chainsAt = bucketsAt + bucketCount * 4;
  for (;;) {
    const link = reader.bytes('the hash table', chainsAt + (last - firstSymbol) * 4, 4).u32(0);
    last += 1;
    if ((link & 1) === 1) return last;
  }
}

/** From .gnu.version_r, found through the dynamic section: the versions asked of each needed library. */
export function highestGlibc(reader: Reader, segments: readonly Segment[], dynamic: Dynamic): string | null {
  const address = dynamic.values(DT.VERNEED)[0];
  if (address === undefined) return null;
  let highest: string | null = null;
  let at = toOffset('the version table', segments, address);
  let left = VERSIONS_MAX;
  for (let files = dynamic.values(DT.VERNEEDNUM)[0] ?? 0; files > 0; files--) {
    const file = reader.bytes('the version table', at, 16);
    let entryAt = at + file.u32(8);
    for (let entries = file.u16(2); entries > 0; entries--) {
      if (--left < 0) throw new Malformed('its version table has no end');
      const entry = reader.bytes('the version table', entryAt, 16);
      const version = glibcVersion(dynamic.strings.text(entry.u32(8)));
      if (version !== null && (highest === null || compareVersions(version, highest) > 0)) highest = version;
      if (entry.u32(12) === 0) break;
      entryAt += entry.u32(12);
    }
    if (file.u32(12) === 0) break;
    at += file.u32(12);
  }
  return highest;
}

function glibcVersion(name: string): string | null {
  // Packed relative relocations are announced under a name of their own; glibc 2.36 was the first to have it.
  if (name === 'GLIBC_ABI_DT_RELR') return '2.36';
  return /^GLIBC_(\d+\.\d+(?:\.\d+)?)$/.exec(name)?.[1] ?? null;
}
