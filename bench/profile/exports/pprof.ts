/**
 * pprof's format: a gzipped protocol buffer, google/pprof `proto/profile.proto`. Field numbers are those of that file;
 * the encoding is "Protocol Buffers: Encoding" (varints, and fields with a length before them).
 */
import { gzipSync } from 'node:zlib';
import type { Measure, StackFrame } from './stacks.js';

/** A gzipped profile with one value a measure for each stack. Values are whole numbers there: they are rounded. */
export function pprof(measures: readonly Measure[], comment: string): Buffer {
  const strings = new Map<string, number>([['', 0]]);
  const text = (value: string): number => {
    const known = strings.get(value);
    if (known !== undefined) return known;
    strings.set(value, strings.size);
    return strings.size - 1;
  };
  const functions: Buffer[] = [];
  const locations: Buffer[] = [];
  const locationIds = new Map<string, number>();
  /** Function and location of a frame have one number: each line stands for itself. */
  const locationOf = ({ name, file, line }: StackFrame): number => {
    const key = `${file}\n${name}\n${line}`;
    const known = locationIds.get(key);
    if (known !== undefined) return known;
    const id = locations.length + 1;
    locationIds.set(key, id);
    functions.push(
      message([
        [1, id],
        [2, text(name)],
        [3, text(name)],
        [4, text(file)],
      ]),
    );
    const place = message([
      [1, id],
      [2, line],
    ]);
    locations.push(
      message([
        [1, id],
        [4, place],
      ]),
    );
    return id;
  };
  const samples = new Map<string, { ids: number[]; values: number[] }>();
  measures.forEach(({ stacks }, i) => {
    for (const { frames, value } of stacks) {
      // The innermost first, as pprof has it.
      const ids = frames.map(locationOf).reverse();
      const sample = samples.get(ids.join()) ?? { ids, values: measures.map(() => 0) };
      sample.values[i] = Math.round(value);
      samples.set(ids.join(), sample);
    }
  });
  const types = measures.map(({ name, unit }) =>
    message([
      [1, text(name)],
      [2, text(unit)],
    ]),
  );
  const fields: Field[] = [
    ...types.map((type): Field => [1, type]),
    ...[...samples.values()].map(
      ({ ids, values }): Field => [
        2,
        message([
          [1, packed(ids)],
          [2, packed(values)],
        ]),
      ],
    ),
    ...locations.map((location): Field => [4, location]),
    ...functions.map((one): Field => [5, one]),
    [13, packed([text(comment)])],
    [14, text(measures[0]?.name ?? '')],
  ];
  return gzipSync(
    Buffer.concat([
      message(fields),
      ...[...strings.keys()].map((value) => message([[6, Buffer.from(value)]])),
    ]),
  );
}

/** A field's number with its value: a number is written as a varint, bytes with their length. */
type Field = readonly [number, number | Buffer];

function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) =>
      typeof value === 'number'
        ? [varint(number * 8), varint(value)]
        : [varint(number * 8 + 2), varint(value.length), value],
    ),
  );
}

function packed(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(varint));
}

/** Seven bits a byte, the lowest first; a negative number as its 64-bit complement. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return Buffer.from(bytes);
}
