/** Soaks and fault injections for the page: verdicts, findings in words, and what repeats them. */
import { printable } from '../../core/errors.js';
import { FAULT_KINDS, type FaultsDocument } from '../../document/faults-schema.js';
import type { SoakCell, SoakDocument } from '../../document/soak-schema.js';
import { countKinds, FAULTY, faultFindings, faultText } from '../../faults/findings.js';
import { replayCommand } from '../faults.js';
import { scenarioText } from '../soak.js';
import type { PageFaults, PageSoak, PageSoakCell } from './types.js';

export function pageSoak(document: SoakDocument): PageSoak {
  const { id, startedAt, end, seed, command, targets, cells } = document;
  return {
    ...{ id, startedAt, end, seed, command },
    targets: targets.map(({ id: target, version, refused }) => ({ id: target, version, refused })),
    cells: cells.map((cell, i) => pageSoakCell(cell, `results/runs/${id}/replay-${i}.json`)),
  };
}

function pageSoakCell(cell: SoakCell, replayFile: string): PageSoakCell {
  const { target, verdict, reason, cycles, seconds, handlesCreated } = cell;
  return {
    ...{ target, verdict, reason, cycles, seconds, handlesCreated },
    scenario: scenarioText(cell),
    planted: cell.plant !== null,
    findings: cell.findings.map(({ oracle, message, cycle, retainers }) => ({
      ...{ oracle, message, cycle, retainers },
    })),
    replay: cell.replay === null ? null : `dupmark soak --replay ${replayFile}`,
  };
}

export function pageFaults(document: FaultsDocument): PageFaults {
  const { id, startedAt, end, command, targets } = document;
  return {
    ...{ id, startedAt, end, command },
    targets: targets.map((target) => ({
      id: target.id,
      version: target.version,
      notAvailable: target.notAvailable,
      cases: target.cases.map(({ case: name, failure, points }) => {
        const counts = countKinds(points);
        return {
          ...{ name, failure, points: points.length },
          faulty: FAULT_KINDS.filter((kind) => FAULTY.includes(kind) && counts.has(kind)).map(
            (kind) => [kind, counts.get(kind) ?? 0] as const,
          ),
        };
      }),
      findings: faultFindings([target]).map((finding) => ({
        ...{ kind: finding.kind, text: faultText(finding), points: finding.points },
        cases: finding.cases.length,
        replay: replayCommand({ ...finding, target: printable(finding.target) }),
        proof: finding.point.letIn ?? null,
        backtrace: finding.point.backtrace ?? [],
      })),
    })),
  };
}
