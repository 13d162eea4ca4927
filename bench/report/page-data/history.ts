/** Histories for the page: their trends, and the noise floor of each scenario. */
import type { HistoryDocument } from '../../document/history-schema.js';
import { historyTrends } from '../../document/history-trends.js';
import type { PageHistory } from './types.js';

export function pageHistory(document: HistoryDocument): PageHistory {
  const { id, startedAt, status, command, plan, runs, missing } = document;
  const floors: Record<string, number> = {};
  for (const { aa } of runs) {
    for (const { scenario, time } of aa) {
      floors[scenario] = Math.max(floors[scenario] ?? 0, Math.abs(time.ratio - 1));
    }
  }
  return {
    ...{ id, startedAt, command, floors, missing },
    status: status.kind === 'partial' ? `partial: ${status.reason}` : status.kind,
    reference: { target: plan.reference, openssl: plan.referenceOpenssl },
    trends: historyTrends(document),
  };
}
