/** Heap snapshots by constructor, as text. */
import Table from 'cli-table3';
import { printable } from '../core/errors.js';
import type { HeapSummary } from '../profile/heap.js';
import type { ConstructorChange } from '../soak/retained.js';
import { formatCount, formatShare } from './format.js';

export function renderHeap({ file, objects, bytes, constructors }: HeapSummary, top: number): string {
  const table = tableOf(['constructor', 'objects', 'shallow bytes', 'retained bytes', '']);
  for (const one of constructors.slice(0, top)) {
    table.push([
      printable(one.name),
      formatCount(one.count),
      formatCount(one.shallowBytes),
      formatCount(one.retainedBytes),
      formatShare(one.retainedBytes / bytes),
    ]);
  }
  return `${printable(file)}: ${formatCount(objects)} objects, ${formatCount(bytes)} bytes
${table.toString()}
${moreLine(constructors.length - top)}`;
}

export function renderHeapChange(
  before: HeapSummary,
  after: HeapSummary,
  changes: readonly ConstructorChange[],
  top: number,
): string {
  const table = tableOf(['constructor', 'objects', 'change', 'shallow bytes', 'retained bytes', 'change ']);
  for (const { name, count, shallowBytes, retainedBytes } of changes.slice(0, top)) {
    table.push([
      printable(name),
      arrow(count),
      difference(count.after - count.before),
      arrow(shallowBytes),
      arrow(retainedBytes),
      difference(retainedBytes.after - retainedBytes.before),
    ]);
  }
  return `${printable(after.file)} against ${printable(before.file)}
${formatCount(before.objects)} → ${formatCount(after.objects)} objects, ${formatCount(before.bytes)} → ${formatCount(after.bytes)} bytes (${difference(after.bytes - before.bytes)})
${table.toString()}
${moreLine(changes.length - top)}`;
}

function tableOf(head: string[]) {
  return new Table({
    head,
    style: { head: [], border: [], compact: true },
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
}

function arrow({ before, after }: { readonly before: number; readonly after: number }): string {
  return before === after ? formatCount(after) : `${formatCount(before)} → ${formatCount(after)}`;
}

function difference(value: number): string {
  return value === 0 ? '=' : `${value > 0 ? '+' : '−'}${formatCount(Math.abs(value))}`;
}

function moreLine(left: number): string {
  return left > 0 ? `${left} constructors more (--top, --json)\n` : '';
}
