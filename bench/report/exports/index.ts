/** All formats that runs can be exported to. Adding one is one file and its entry here. */
import type { StoredRun } from '../../document/read.js';
import { toBencher } from './bencher.js';
import { toBenchstat } from './benchstat.js';
import { toCsv } from './csv.js';
import { toGithub } from './github.js';

export type ExportFormat =
  | { readonly runs: 'many'; readonly write: (runs: readonly StoredRun[]) => string }
  /** For tools that keep the history themselves. */
  | { readonly runs: 'one'; readonly write: (run: StoredRun) => string };

export const EXPORTS: Readonly<Record<string, ExportFormat>> = {
  csv: { runs: 'many', write: toCsv },
  benchstat: { runs: 'many', write: toBenchstat },
  github: { runs: 'one', write: toGithub },
  bencher: { runs: 'one', write: toBencher },
};
