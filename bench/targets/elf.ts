/**
 * Reads what dupmark asks of an ELF file before anything loads it: is it a whole 64-bit library for this
 * machine, what does it need, and which functions does it define. Nothing of the file is executed, and no content
 * can make it crash: every offset is checked against the file.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { type ByteSource, type Fields, Malformed, Reader } from './elf-bytes.js';
import { DT, definedSymbols, highestGlibc, readDynamic, SECTION_BYTES, type Segment } from './elf-dynamic.js';
import type { Machine } from './platform.js';

export interface ElfFile {
  readonly path: string;
  readonly machine: Machine;
  readonly type: 'executable' | 'shared';
  /** DT_NEEDED: file names of the libraries that it asks for. */
  readonly needed: readonly string[];
  readonly soname: string | null;
  /** The highest glibc version that it asks for, as `2.38`; null when it asks for none. */
  readonly glibcNeeded: string | null;
  /** Those of the names that are defined as dynamic symbols. */
  exports(names: readonly string[]): Set<string>;
}

const MAGIC = 0x464c457f;
const MACHINES: Readonly<Record<number, Machine>> = { 62: 'x86-64', 183: 'arm64' };
const MACHINE_NAMES: Readonly<Record<number, string>> = {
  3: '32-bit x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC 64',
  22: 'S/390',
  40: '32-bit ARM',
  62: 'x86-64',
  183: 'arm64',
  243: 'RISC-V',
  258: 'LoongArch',
};
const TYPES: Readonly<Record<number, ElfFile['type']>> = { 2: 'executable', 3: 'shared' };

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
/**
 * Reads an ELF file and checks that it is whole and for `machine`. Throws a CouldNotRun that names the file and
 * says what is wrong: no such file, not ELF, truncated, damaged, other architecture.
 */
export function readElf(path: string, machine: Machine): ElfFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (thrown) {
    throw new CouldNotRun(`${printable(path)}: cannot be read (${messageOf(thrown)})`);
  }
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new CouldNotRun(`${printable(path)}: is not a file`);
    return parseElf(path, fileSource(descriptor, status.size), machine);
  } finally {
    closeSync(descriptor);
  }
}

function fileSource(descriptor: number, sizeBytes: number): ByteSource {
  return {
    sizeBytes,
    read(offset, length) {
      const buffer = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const count = readSync(descriptor, buffer, done, length - done, offset + done);
        if (count === 0) throw new Malformed('the file became shorter while it was read');
        done += count;
      }
      return buffer;
    },
  };
}

/** As readElf, from bytes already at hand; `path` is for messages only. */
export function parseElf(path: string, source: ByteSource, machine: Machine): ElfFile {
  const name = printable(path);
  const reader = new Reader(source);
  try {
    return parse(path, name, reader, machine);
  } catch (thrown) {
    if (thrown instanceof Malformed) throw new CouldNotRun(`${name}: damaged ELF file (${thrown.message})`);
    throw thrown;
  }
}

function parse(path: string, name: string, reader: Reader, machine: Machine): ElfFile {
  if (reader.sizeBytes < 4 || reader.bytes('the magic number', 0, 4).u32(0) !== MAGIC) {
    throw new CouldNotRun(`${name}: is not an ELF file`);
  }
  if (reader.sizeBytes < HEADER_BYTES) throw truncated(name);
  const header = reader.bytes('the header', 0, HEADER_BYTES);
  const code = header.u16(18);
  if (header.u8(4) !== 2 || header.u8(5) !== 1 || MACHINES[code] !== machine) {
    const bits = header.u8(4) === 1 ? ' (32-bit)' : header.u8(5) !== 1 ? ' (big-endian)' : '';
    const found = MACHINE_NAMES[code] ?? `machine ${code}`;
    throw new CouldNotRun(
      `${name}: is for another architecture, ${found}${bits}; this machine is ${machine}`,
    );
  }
  const type = TYPES[header.u16(16)];
  if (type === undefined) throw new CouldNotRun(`${name}: is neither an executable nor a shared library`);

  const segments = readSegments(name, reader, header);
  checkSectionsInside(name, reader, header);
  const dynamic = readDynamic(reader, segments);
  const symbols = definedSymbols(reader, header, segments, dynamic);
  return {
    path,
    machine,
    type,
    needed: dynamic.values(DT.NEEDED).map((offset) => dynamic.strings.text(offset)),
    soname: dynamic.values(DT.SONAME).map((offset) => dynamic.strings.text(offset))[0] ?? null,
    glibcNeeded: highestGlibc(reader, segments, dynamic),
    exports: (names) => new Set(names.filter((wanted) => symbols.has(wanted))),
  };
}

function truncated(name: string): CouldNotRun {
  return new CouldNotRun(`${name}: is truncated (the file ends before the parts that its headers list)`);
}

function readSegments(name: string, reader: Reader, header: Fields): Segment[] {
  const start = header.u64(32);
  const count = header.u16(56);
  if (header.u16(54) !== SEGMENT_BYTES) throw new Malformed('its program headers have a wrong size');
  if (start + count * SEGMENT_BYTES > reader.sizeBytes) throw truncated(name);
  const table = reader.bytes('the program headers', start, count * SEGMENT_BYTES);
  return Array.from({ length: count }, (_, i) => {
    const at = i * SEGMENT_BYTES;
    const segment = {
      type: table.u32(at),
      offset: table.u64(at + 8),
      address: table.u64(at + 16),
      fileBytes: table.u64(at + 32),
    };
    if (segment.offset + segment.fileBytes > reader.sizeBytes) throw truncated(name);
    return segment;
  });
}

/** The section headers stand last in a file, so a file cut short by little loses only them. */
function checkSectionsInside(name: string, reader: Reader, header: Fields): void {
  if (header.u64(40) + header.u16(60) * SECTION_BYTES > reader.sizeBytes) throw truncated(name);
}
