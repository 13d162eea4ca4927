/** Bounds-checked reading of little-endian numbers and strings: whatever the bytes say, a read stays inside. */

/** Raised for anything that does not fit the file; elf.ts turns it into one clear line. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** File names and version names end long before this. */
const NAME_MAX_BYTES = 4096;

/** A file, or a part of it, as far as the ELF reader needs it. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Exactly `length` bytes from `offset`. Called only with a range that lies inside. */
  read(offset: number, length: number): Buffer;
}

/** Reads from a ByteSource, refusing every range that is not inside it. */
export class Reader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get sizeBytes(): number {
    return this.#source.sizeBytes;
  }

  /** The bytes of a range; Malformed, naming `what`, when it is not inside the file. */
  bytes(what: string, offset: number, length: number): Fields {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      offset < 0 ||
      length < 0 ||
      offset + length > this.#source.sizeBytes
    ) {
      throw new Malformed(`${what} lies outside the file`);
    }
    return new Fields(this.#source.read(offset, length));
  }
}

/** A block of bytes with checked field access. */
export class Fields {
  readonly #buffer: Buffer;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  get sizeBytes(): number {
    return this.#buffer.length;
  }

  #check(offset: number, length: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > this.#buffer.length) {
      throw new Malformed('a field lies outside its table');
    }
  }

  u8(offset: number): number {
    this.#check(offset, 1);
    return this.#buffer.readUInt8(offset);
  }

  u16(offset: number): number {
    this.#check(offset, 2);
    return this.#buffer.readUInt16LE(offset);
  }

  u32(offset: number): number {
    this.#check(offset, 4);
    return this.#buffer.readUInt32LE(offset);
  }

  /** A 64-bit number, as a JavaScript number: none that a real file has is above 2^53. */
  u64(offset: number): number {
    this.#check(offset, 8);
    const value = this.#buffer.readBigUInt64LE(offset);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed('a number is too large to be real');
    return Number(value);
  }

  /** The zero-terminated text at an offset. */
  text(offset: number): string {
    const text = this.shortText(offset, NAME_MAX_BYTES);
    if (text === null) throw new Malformed('a name has no end');
    return text;
  }

  /** As text, but null when it is longer than `maxBytes`, however long: the cost does not depend on the data. */
  shortText(offset: number, maxBytes: number): string | null {
    this.#check(offset, 1);
    const part = this.#buffer.subarray(offset, offset + maxBytes + 1);
    const end = part.indexOf(0);
    return end === -1 ? null : part.toString('latin1', 0, end);
  }
}
