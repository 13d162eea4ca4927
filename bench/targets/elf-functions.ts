/**
 * Functions of ELF files by name and place: from a symbol table that a debug file still has, and from the object files
 * of a static library, with their code. For naming what a stripped library does not name.
 * Formats: "Tool Interface Standard (TIS) Executable and Linking Format", version 1.2, and ar(5).
 */
import { Fields, Malformed } from './elf-bytes.js';

/** A function where a linked file has it. */
export interface FunctionPlace {
  readonly name: string;
  /** Address, relative to where the file is loaded. */
  readonly address: number;
  readonly sizeBytes: number;
}

/** A function as a compiler made it: its code, and which bytes of that a linker fills in. */
export interface FunctionCode {
  readonly name: string;
  readonly code: Buffer;
  /** Not 0 where a byte is the linker's. */
  readonly filled: Uint8Array;
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly link: number;
  readonly info: number;
}

const SYMTAB = 2;
const RELA = 4;
const NOBITS = 8;
const FUNCTION = 2;
const INDIRECT_FUNCTION = 10;
const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const RELOCATION_BYTES = 24;

/** The functions of a file's own symbol table, as a debug file has it. Empty when there is none or it is damaged. */
export function functionPlaces(file: Buffer): readonly FunctionPlace[] {
  return orNothing(() => {
    const sections = sectionsOf(file);
    return symbolsOf(file, sections).map(({ name, value, sizeBytes }) => ({
      name,
      address: value,
      sizeBytes,
    }));
  });
}

/** All functions of a static library (`libssl.a`). Empty when it is none or damaged. */
export function archiveFunctions(archive: Buffer): readonly FunctionCode[] {
  return orNothing(() => membersOf(archive).flatMap((member) => orNothing(() => objectFunctions(member))));
}

/** The names of those functions whose code lies at `offset` of a linked file, but for what a linker fills in. */
export function functionsAt(
  linked: Buffer,
  offset: number,
  candidates: readonly FunctionCode[],
): readonly string[] {
  return candidates
    .filter(({ code, filled }) => {
      if (offset + code.length > linked.length) return false;
      for (let i = 0; i < code.length; i++) {
        if (filled[i] === 0 && linked[offset + i] !== code[i]) return false;
      }
      return true;
    })
    .map(({ name }) => name);
}

/** The build id of a linked file, in hexadecimal, which is how its debug file is found; null when it has none. */
export function buildIdOf(file: Buffer): string | null {
  return (
    orNothing(() => {
      const fields = new Fields(file);
      const count = fields.u16(56);
      for (let i = 0; i < count; i++) {
        const at = fields.u64(32) + i * 56;
        if (fields.u32(at) !== 4) continue; // PT_NOTE
        const end = fields.u64(at + 8) + fields.u64(at + 32);
        for (let note = fields.u64(at + 8); note + 12 <= end; ) {
          const [nameBytes, idBytes, type] = [fields.u32(note), fields.u32(note + 4), fields.u32(note + 8)];
          const id = note + 12 + aligned(nameBytes);
          if (type === 3 && fields.text(note + 12) === 'GNU') {
            return [file.toString('hex', id, id + idBytes)];
          }
          note = id + aligned(idBytes);
        }
      }
      return [];
    })[0] ?? null
  );
}

/** Where in a linked file an address lies; null when no part of the file is loaded there. */
export function fileOffset(file: Buffer, address: number): number | null {
  return (
    orNothing(() => {
      const fields = new Fields(file);
      for (let i = 0; i < fields.u16(56); i++) {
        const at = fields.u64(32) + i * 56;
        const start = fields.u64(at + 16);
        if (fields.u32(at) === 1 && address >= start && address < start + fields.u64(at + 32)) {
          return [fields.u64(at + 8) + address - start];
        }
      }
      return [];
    })[0] ?? null
  );
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function orNothing<T>(read: () => readonly T[]): readonly T[] {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Malformed) return [];
    throw thrown;
  }
}

function membersOf(archive: Buffer): readonly Buffer[] {
  if (archive.toString('latin1', 0, 8) !== '!<arch>\n') return [];
  const members: Buffer[] = [];
  for (let at = 8; at + 60 <= archive.length; ) {
    const sizeBytes = Number(archive.toString('latin1', at + 48, at + 58));
    if (!Number.isSafeInteger(sizeBytes)) throw new Malformed('a member has no size');
    members.push(archive.subarray(at + 60, at + 60 + sizeBytes));
    at += 60 + sizeBytes + (sizeBytes % 2);
  }
  return members;
}

function objectFunctions(object: Buffer): readonly FunctionCode[] {
  if (object.length < HEADER_BYTES || object.readUInt32LE(0) !== 0x464c457f) return [];
  const sections = sectionsOf(object);
  const filledOf = new Map<number, Uint8Array>();
  const x86 = object.readUInt16LE(18) === 62;
  for (const { type, info, offset, sizeBytes } of sections) {
    const of = sections[info];
    if (type !== RELA || of === undefined) continue;
    const filled = filledOf.get(info) ?? new Uint8Array(of.sizeBytes);
    filledOf.set(info, filled);
    const table = new Fields(object.subarray(offset, offset + sizeBytes));
    for (let at = 0; at + RELOCATION_BYTES <= sizeBytes; at += RELOCATION_BYTES) {
      const [from, to] = filledRange(x86, table.u32(at + 8));
      filled.fill(1, Math.max(0, table.u64(at) + from), table.u64(at) + to);
    }
  }
  return symbolsOf(object, sections).flatMap(({ name, value, sizeBytes, section }) => {
    const of = sections[section];
    if (of === undefined || of.type === NOBITS || value + sizeBytes > of.sizeBytes) return [];
    const code = object.subarray(of.offset + value, of.offset + value + sizeBytes);
    const filled = filledOf.get(section)?.subarray(value, value + sizeBytes) ?? new Uint8Array(sizeBytes);
    return [{ name, code, filled }];
  });
}

/** Which bytes about a relocation are the linker's: it may also turn a load from the offset table into a shorter form. */
function filledRange(x86: boolean, type: number): readonly [number, number] {
  const [absolute64, gotLoad, gotLoadRex] = [1, 41, 42];
  if (!x86) return [0, 4];
  if (type === gotLoad || type === gotLoadRex) return [-3, 4];
  return type === absolute64 ? [0, 8] : [0, 4];
}

interface Symbol {
  readonly name: string;
  readonly value: number;
  readonly sizeBytes: number;
  readonly section: number;
}

function symbolsOf(file: Buffer, sections: readonly Section[]): readonly Symbol[] {
  const table = sections.find(({ type }) => type === SYMTAB);
  const strings = sections[table?.link ?? -1];
  if (table === undefined || strings === undefined) return [];
  const symbols = new Fields(file.subarray(table.offset, table.offset + table.sizeBytes));
  const names = new Fields(file.subarray(strings.offset, strings.offset + strings.sizeBytes));
  const found: Symbol[] = [];
  for (let at = 0; at + SYMBOL_BYTES <= symbols.sizeBytes; at += SYMBOL_BYTES) {
    const type = symbols.u8(at + 4) & 15;
    const sizeBytes = symbols.u64(at + 16);
    const section = symbols.u16(at + 6);
    if ((type !== FUNCTION && type !== INDIRECT_FUNCTION) || section === 0 || sizeBytes === 0) continue;
    found.push({ name: names.text(symbols.u32(at)), value: symbols.u64(at + 8), sizeBytes, section });
  }
  return found;
}

function sectionsOf(file: Buffer): readonly Section[] {
  const fields = new Fields(file);
  const start = fields.u64(40);
  return Array.from({ length: fields.u16(60) }, (_, i) => {
    const at = start + i * SECTION_BYTES;
    return {
      type: fields.u32(at + 4),
      offset: fields.u64(at + 24),
      sizeBytes: fields.u64(at + 32),
      link: fields.u32(at + 40),
      info: fields.u32(at + 44),
    };
  });
}
