/** Bundles the code that runs in the dashboard into dist/page: one script, one style sheet. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

/** Browsers of 2022 and later. */
const BROWSERS = ['chrome105', 'firefox110', 'safari16'];

const folder = join(PROJECT_FOLDER, 'dist', 'page');
mkdirSync(folder, { recursive: true });
await build({
  absWorkingDir: PROJECT_FOLDER,
  entryPoints: [
    { in: 'bench/report/page/main.ts', out: 'main' },
    { in: 'bench/report/page/style/index.css', out: 'style' },
  ],
  outdir: folder,
  bundle: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  format: 'iife',
  target: BROWSERS,
  logLevel: 'warning',
});
