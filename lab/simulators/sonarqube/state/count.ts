import { type Batch, impactsOf, isGone, severityOf, statusOf, typeOf } from '../issues/batch.ts';
import type { ImpactSeverity, IssueState, IssueType, Severity, SoftwareQuality } from '../types.ts';
import type { Scope } from './model.ts';

/** What `measures` says of the issues of one scope. */
export interface IssueCounts {
  /** Rows in any state, closed ones included. */
  total: number;
  open: number;
  byState: Record<IssueState, number>;
  accepted: number;
  falsePositive: number;
  byType: Record<IssueType, number>;
  bySeverity: Record<Severity, number>;
  byQuality: Record<SoftwareQuality, Record<ImpactSeverity, number>>;
}

const noImpacts = (): Record<ImpactSeverity, number> => ({ INFO: 0, LOW: 0, MEDIUM: 0, HIGH: 0, BLOCKER: 0 });

export function countIssues(scope: Scope): IssueCounts {
  const counts: IssueCounts = {
    total: 0,
    open: 0,
    byState: { OPEN: 0, CONFIRMED: 0, REOPENED: 0, RESOLVED: 0, CLOSED: 0 },
    accepted: 0,
    falsePositive: 0,
    byType: { CODE_SMELL: 0, BUG: 0, VULNERABILITY: 0 },
    bySeverity: { INFO: 0, MINOR: 0, MAJOR: 0, CRITICAL: 0, BLOCKER: 0 },
    byQuality: { MAINTAINABILITY: noImpacts(), RELIABILITY: noImpacts(), SECURITY: noImpacts() },
  };
  for (const batch of scope.batches) countBatch(batch, counts);
  return counts;
}

function countBatch(batch: Batch, counts: IssueCounts): void {
  for (let i = 0; i < batch.count; i += 1) {
    if (isGone(batch, i)) continue;
    const { state, resolution } = statusOf(batch, i);
    counts.total += 1;
    counts.byState[state] += 1;
    if (state === 'RESOLVED') counts[resolution === 'WONTFIX' ? 'accepted' : 'falsePositive'] += 1;
    if (resolution !== null) continue;
    counts.open += 1;
    counts.byType[typeOf(batch, i)] += 1;
    counts.bySeverity[severityOf(batch, i)] += 1;
    for (const impact of impactsOf(batch, i)) counts.byQuality[impact.softwareQuality][impact.severity] += 1;
  }
}
