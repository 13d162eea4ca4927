/** The files that other viewers open, by name. */
import { PROFILE_FILE, type ProfileDocument, type ProfiledTarget } from '../../document/profile-schema.js';
import { heapProfile } from './heap-profile.js';
import { pprof } from './pprof.js';
import { speedscope } from './speedscope.js';
import { instructionMeasure, type Measure, memoryMeasures } from './stacks.js';

/** A target's id as a part of a file's name. */
export function fileName(id: string): string {
  return id.replace(/[^A-Za-z0-9@._-]/g, '_');
}

/** Every file of a profile but its pages. `callgrind` holds callgrind's own dump of each target that was counted. */
export function exportFiles(
  document: ProfileDocument,
  callgrind: ReadonlyMap<string, string>,
): ReadonlyMap<string, string | Buffer> {
  const { name } = document.scenario;
  const exporter = `dupmark ${document.dupmark.version}`;
  const files = new Map<string, string | Buffer>([[PROFILE_FILE, `${JSON.stringify(document, null, 2)}\n`]]);
  const all: { id: string; measures: readonly Measure[] }[] = [];
  for (const profiled of document.targets) {
    const { id } = profiled.target;
    const comment = `${name} on ${id}, per iteration, by ${exporter}`;
    const { instructions, memory } = measuresOf(profiled, name);
    all.push({ id, measures: [...instructions, ...memory] });
    if (instructions.length > 0)
      files.set(`${fileName(id)}.instructions.pb.gz`, pprof(instructions, comment));
    if (memory.length > 0) files.set(`${fileName(id)}.memory.pb.gz`, pprof(memory, comment));
    const requested = memory.find((measure) => measure.name === 'requestedBytes');
    if (requested !== undefined) {
      files.set(`${fileName(id)}.heapprofile`, `${JSON.stringify(heapProfile(requested))}\n`);
    }
    const dump = callgrind.get(id);
    if (dump !== undefined) files.set(`callgrind.out.${fileName(id)}`, dump);
  }
  files.set('profile.speedscope.json', `${JSON.stringify(speedscope(`dupmark: ${name}`, all, exporter))}\n`);
  return files;
}

function measuresOf({ instructions, memory }: ProfiledTarget, scenario: string) {
  return {
    instructions: instructions.kind === 'exact' ? [instructionMeasure(instructions.tree)] : [],
    memory: memory.kind === 'exact' ? memoryMeasures(memory, scenario) : [],
  };
}
