/** `dupmark report`: the dashboard of all that is stored, as one HTML file. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { readPrograms } from '../../bench/conform/programs.js';
import { makeFolders, writeWhole } from '../../bench/document/store.js';
import { plural } from '../../bench/report/header.js';
import { renderPage } from '../../bench/report/page.js';
import { pageData, readPageSource } from '../../bench/report/page-data/index.js';
import { RESULTS_FOLDER } from '../../bench/worker/files.js';
import { couldNotWrite, print, say, writeJson } from '../console.js';
import { commaList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface ReportFlags {
  readonly results: string;
  readonly runs?: readonly string[];
  readonly last: number;
  readonly output?: string;
  readonly json?: string;
}

export function reportCommand(): Command {
  return new Command('report')
    .description(
      'Write the dashboard: one HTML file of all that is stored, which needs no network and no server.',
    )
    .option('--results <folder>', 'where runs are kept', RESULTS_FOLDER)
    .option(
      '--runs <list>',
      'only these runs, by their ids (default: the newest)',
      commaList('--runs', String),
    )
    .option('--last <n>', 'so many of the newest runs', wholeNumber('--last', 1, 1000), 20)
    .option('--output <file>', 'the file to write (default: report.html in the folder of results)')
    .option('--json <file>', 'also write the page’s data there (- for standard output)')
    .addHelpText(
      'after',
      `
It shows runs, histories, threads, connections, the Node layer, soaks, fault injections, conformance and its expectations.
What is damaged is named on the page and left out.

Exit codes: 0 fine · 2 could not run (bad flag, no such run, a file that cannot be written)`,
    )
    .action(report);
}

async function report(flags: ReportFlags): Promise<void> {
  const source = readPageSource(flags.results, {
    ...(flags.runs === undefined ? { last: flags.last } : { ids: flags.runs }),
  });
  const { runs, soaks, faults, conformance, threads, connections, nodeLayers, skipped, left } = source;
  for (const { name, reason } of skipped) say(`left out ${name}: ${reason}`);
  const programs = conformance.length === 0 ? null : await readPrograms();
  const data = pageData({ ...source, programs }, { madeAt: new Date(), dupmark: dupmarkVersion() });
  const file = resolve(flags.output ?? join(flags.results, 'report.html'));
  couldNotWrite(file, () => makeFolders(resolve(file, '..')));
  writeWhole(file, renderPage(data));
  if (flags.json !== undefined) writeJson(flags.json, data);
  const size = (statSync(file).size / 1000).toFixed(0);
  const older = left === 0 ? '' : `, ${left} older left out (--last)`;
  const others = [
    `${soaks.length} ${plural('soak', soaks.length)}`,
    `${faults.length} ${plural('fault injection', faults.length)}`,
    `${conformance.length} of conformance`,
    `${threads.length} of threads`,
    `${connections.length} of connections`,
    `${nodeLayers.length} of the Node layer`,
  ].join(', ');
  say(`${runs.length} ${plural('run', runs.length)}, ${others}${older}, ${size} kB`);
  if (flags.json !== '-') print(file, pathToFileURL(file).href);
}
