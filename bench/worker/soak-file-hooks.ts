/**
 * Module hooks for soak files: TypeScript is turned into JavaScript, and `dupmark` is this dupmark where the file's own
 * project has none. Loaded by soak-file.cts in the process that runs such a file, and nowhere else.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

let own = '';

export function initialize(data: { readonly own: string }): void {
  own = data.own;
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (specifier === 'dupmark') return { url: own, shortCircuit: true };
    const source = typescriptFor(specifier, context.parentURL);
    if (source === null) throw error;
    return { url: source, shortCircuit: true };
  }
};

/** TypeScript names the JavaScript that a file becomes: `./part.js` may be `./part.ts`. */
function typescriptFor(specifier: string, parent: string | undefined): string | null {
  if (parent === undefined || !/^\.{1,2}\/.*\.m?js$/.test(specifier)) return null;
  const url = new URL(specifier.replace(/js$/, 'ts'), parent);
  return url.protocol === 'file:' && existsSync(url) ? url.href : null;
}

export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const esbuild = await import('esbuild').catch(() => null);
  if (esbuild === null) {
    // Node's own way, from 22.18 on, knows only types that can be left out.
    if ((process.features as { typescript?: unknown }).typescript) return next(url, context);
    throw new Error(
      `TypeScript on Node ${process.versions.node} needs the package esbuild beside dupmark (npm install esbuild); Node 22.18 and later need none`,
    );
  }
  const file = fileURLToPath(url);
  const { code } = esbuild.transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: `node${process.versions.node}`,
    sourcemap: 'inline',
    sourcefile: file,
    logLevel: 'silent',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
