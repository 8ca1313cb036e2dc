import type { Queryable } from '../../../platform/database/index.ts';
import type { SecuritySummary, Severity } from '../contract.ts';
import { type ChangeRow, changesByBucket, openCounts, type PresentRow, presentByLevel } from './counts.ts';
import { readCounting } from './counting.ts';
import { basisOf, type KnownFrom, readDataState, readKnownFrom } from './data-state.ts';
import { includesSeverity, type Scope, severities } from './scope.ts';

const sparklineDays = 30;

/** All numbers of the tiles, of one snapshot. */
export async function securitySummary(tx: Queryable, scope: Scope, now: Date): Promise<SecuritySummary> {
  const days = lastDays(now, sparklineDays + 1);
  const first = days[0] ?? '';
  const today = days.at(-1) ?? '';
  const present = await presentByLevel(tx, scope);
  // A filter by severity narrows the sum; each severity keeps its own number, so that none looks like nothing.
  const everySeverity = { ...scope, severities: null };
  // Findings dated after today (a clock that is ahead) count as opened today.
  const changes = await changesByBucket(tx, everySeverity, { from: first, to: 'infinity', unit: 'day' });
  const known = await readKnownFrom(tx, scope);
  const open = openCounts(present, everySeverity);
  const days30 = { days, today, changes, known };
  // What has no severity is part of the sum, unless one severity is asked for.
  const inSum = severities.filter((severity) => includesSeverity(scope, severity));
  const tile = (count: number, counted: readonly Severity[], isSum: boolean) =>
    tileOf(count, { ...days30, counted, isSum });
  return {
    state: await readDataState(tx, scope),
    counting: await readCounting(tx, scope),
    total: tile(openCounts(present, scope).total, inSum, scope.severities === null),
    severities: severities.map((severity) => ({
      severity,
      included: includesSeverity(scope, severity),
      ...tile(open[severity], [severity], false),
    })),
    accepted: setApart(present, scope, 'accepted'),
    falsePositive: setApart(present, scope, 'false_positive'),
    hotspots: hotspotsToReview(present),
  };
}

interface Past {
  days: readonly string[];
  today: string;
  changes: readonly ChangeRow[];
  known: KnownFrom;
  counted: readonly Severity[];
  /** True for all severities: then those that are not known count, too. */
  isSum: boolean;
}

/** Goes back from what is open now, day by day. A day on which severities are not known has no number of one. */
function tileOf(openNow: number, { days, today, changes, known, counted, isSum }: Past): SecuritySummary['total'] {
  const net = new Map<string, { known: number; unknown: number }>();
  let joined = 0;
  for (const change of changes) {
    const day = change.bucket === null || change.bucket > today ? today : change.bucket;
    const sum = net.get(day) ?? { known: 0, unknown: 0 };
    net.set(day, sum);
    const isUnknown = change.severity === 'unknown';
    if (isUnknown) sum.unknown += change.opened - change.closed;
    else if (counted.includes(change.severity as Severity)) sum.known += change.opened - change.closed;
    else continue;
    if (day !== days[0] && (!isUnknown || isSum)) joined += change.joined - change.left_out;
  }
  const line: SecuritySummary['total']['sparkline'] = [];
  let [open, unknown] = [openNow, 0];
  for (const day of days.toReversed()) {
    line.push({ day, open: isSum ? open + unknown : unknown > 0 ? null : open });
    open -= net.get(day)?.known ?? 0;
    unknown -= net.get(day)?.unknown ?? 0;
  }
  line.reverse();
  const [before, ...sparkline] = line;
  const then = before?.open ?? null;
  return {
    open: openNow,
    change30Days: known.read === null || then === null ? null : openNow - then,
    joined30Days: joined,
    changeBasis: basisOf(known, days[0] ?? today, isSum ? 0 : then === null ? 1 : 0),
    sparkline,
  };
}

function setApart(rows: readonly PresentRow[], scope: Scope, state: PresentRow['state']): number {
  return rows
    .filter((row) => row.class === 'vulnerability' && row.state === state && includesSeverity(scope, row.severity))
    .reduce((sum, row) => sum + row.present, 0);
}

function hotspotsToReview(rows: readonly PresentRow[]): SecuritySummary['hotspots'] {
  const counts = { high: 0, medium: 0, low: 0, unknown: 0, total: 0 };
  for (const row of rows) {
    if (row.class !== 'hotspot' || row.state !== 'open') continue;
    const level = row.raw_level.toLowerCase();
    counts[level === 'high' || level === 'medium' || level === 'low' ? level : 'unknown'] += row.present;
    counts.total += row.present;
  }
  return counts;
}

/** UTC days, oldest first, the last one today. */
export function lastDays(now: Date, count: number): string[] {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Array.from({ length: count }, (_, index) =>
    new Date(today - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}
