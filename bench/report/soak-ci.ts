/** A soak for machines that read test results: JUnit XML, SARIF, and what GitHub Actions shows. */
import type { Finding, SoakCell, SoakDocument, Verdict } from '../document/soak-schema.js';
import { markdownText, relativeUri, workflowCommand, xmlText } from './markup.js';
import { scenarioText, summary } from './soak.js';

const BAD: readonly Verdict[] = ['leak', 'fault'];
/** GitHub shows at most this many annotations of a kind a step, and drops the others without a word. */
export const ANNOTATIONS_MAX = 10;
/** GitHub drops a step's summary above 1 MiB, of which other commands of the step may want some. */
const SUMMARY_BYTES_MAX = 900_000;
/** What SARIF viewers show at most. */
const SARIF_RESULTS_MAX = 5000;

export function junitOf(document: SoakDocument): string {
  const suites = document.targets.map(({ id, refused }) => {
    const cells = document.cells.filter(({ target }) => target === id);
    const bodies = cells.map((cell) => {
      const open = `    <testcase classname="${xmlText(`soak.${id}`)}" name="${xmlText(scenarioText(cell))}" time="${cell.seconds}"`;
      const inside = junitBody(cell);
      return inside === '' ? `${open}/>` : `${open}>${inside}</testcase>`;
    });
    if (refused !== null) {
      bodies.push(
        `    <testcase classname="${xmlText(`soak.${id}`)}" name="open"><error message="${xmlText(refused)}"/></testcase>`,
      );
    }
    const failures = cells.filter(({ verdict }) => BAD.includes(verdict)).length;
    const skipped = cells.filter(({ verdict }) => !BAD.includes(verdict) && verdict !== 'none').length;
    const errors = refused === null ? 0 : 1;
    return `  <testsuite name="${xmlText(id)}" tests="${bodies.length}" failures="${failures}" skipped="${skipped}" errors="${errors}">\n${bodies.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dupmark soak">\n${suites.join('\n')}\n</testsuites>\n`;
}

function junitBody(cell: SoakCell): string {
  if (cell.verdict === 'none') {
    return cell.reason === '' ? '' : `<system-out>${xmlText(cell.reason)}</system-out>`;
  }
  if (!BAD.includes(cell.verdict))
    return `<skipped message="${xmlText(`${cell.verdict}: ${cell.reason}`)}"/>`;
  const lines = cell.findings.map(({ oracle, message }) => `${oracle}: ${message}`).join('\n');
  return `<failure type="${cell.verdict}" message="${xmlText(cell.reason)}">${xmlText(lines)}</failure>`;
}

/** SARIF 2.1.0: one result a finding, at the place that its first site names. */
export function sarifOf(document: SoakDocument): unknown {
  const cells = [...document.cells].sort((a, b) => rankOf(a) - rankOf(b));
  const results = cells.flatMap((cell) =>
    cell.findings.map((finding) => ({
      ruleId: finding.oracle,
      level: finding.weight === 'decides' ? 'error' : 'warning',
      message: { text: `${scenarioText(cell)} on ${cell.target}: ${finding.message}` },
      locations: locationsOf(finding),
    })),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dupmark', version: document.dupmark.version, rules } },
        results: results.slice(0, SARIF_RESULTS_MAX),
      },
    ],
  };
}

function locationsOf(finding: Finding): readonly unknown[] {
  return finding.sites
    .filter(({ file }) => file !== '')
    .map(({ file, line }) => ({
      physicalLocation: {
        artifactLocation: { uri: relativeUri(file) },
        region: { startLine: Math.max(1, line) },
      },
    }));
}

/** Workflow commands, one a line, the worst first. */
export function annotationsOf(document: SoakDocument): readonly string[] {
  const of = (weight: Finding['weight'], command: 'error' | 'warning') => {
    const all = document.cells.flatMap((cell) => {
      const finding = cell.findings.find((one) => one.weight === weight);
      return finding === undefined ? [] : [{ cell, finding }];
    });
    return all.slice(0, ANNOTATIONS_MAX).map(({ cell, finding }, i) => {
      const site = finding.sites.find(({ file }) => file !== '');
      const left = all.length - ANNOTATIONS_MAX;
      const more = i + 1 === ANNOTATIONS_MAX && left > 0 ? ` (and ${left} more, in the job summary)` : '';
      return workflowCommand(
        command,
        `${scenarioText(cell)} on ${cell.target}: ${finding.message}${more}`,
        site ?? null,
      );
    });
  };
  return [...of('decides', 'error'), ...of('warns', 'warning')];
}

/** Markdown for the job's summary page: the worst rows first, and only whole ones. */
export function jobSummaryOf(document: SoakDocument): string {
  const cells = [...document.cells].sort((a, b) => rankOf(a) - rankOf(b));
  const head = `## dupmark soak\n\n${markdownText(summary(document))}\n\n| target | scenario | cycles | verdict | reason |\n|---|---|--:|---|---|\n`;
  let bytes = Buffer.byteLength(head);
  const rows: string[] = [];
  for (const cell of cells) {
    const row = `| ${markdownText(cell.target)} | ${markdownText(scenarioText(cell))} | ${cell.cycles} | ${cell.verdict} | ${markdownText(cell.reason)} |\n`;
    bytes += Buffer.byteLength(row);
    if (bytes > SUMMARY_BYTES_MAX) break;
    rows.push(row);
  }
  const left = cells.length - rows.length;
  return `${head}${rows.join('')}${left === 0 ? '' : `\n${left} more rows are in the stored document.\n`}`;
}

function rankOf({ verdict }: SoakCell): number {
  return BAD.includes(verdict) ? 0 : verdict === 'none' ? 2 : 1;
}
