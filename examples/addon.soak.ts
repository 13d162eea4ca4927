/**
 * Soaks a native addon (examples/addon/blobs.c, which `make build` compiles): objects of its class must not pile up in
 * V8's heap, nor its memory in malloc's books.
 *
 *   dupmark soak examples/addon.soak.ts --plant never-closed:100
 */
import { createRequire } from 'node:module';
import { defineSoak } from 'dupmark';

interface Blob {
  close(): void;
}
const { Blob } = createRequire(import.meta.url)('../native/build/Release/example_blobs.node') as {
  Blob: new (bytes: number) => Blob;
};

const BYTES = 65_536;

export default defineSoak({
  name: 'addon',
  setup: () => ({ callbacks: [] as (() => Blob)[] }),
  cycle({ callbacks }, { planted }) {
    const blob = new Blob(BYTES);
    if (planted('kept')) callbacks.push(() => blob);
    if (!planted('never-closed')) blob.close();
  },
  classes: [Blob],
  budget: { cycles: 20_000 },
  plants: {
    kept: { about: 'a callback that is kept holds a Blob', names: 'callbacks' },
    'never-closed': { about: 'a Blob is dropped and never closed', oracle: 'slope', names: 'malloc' },
  },
});
