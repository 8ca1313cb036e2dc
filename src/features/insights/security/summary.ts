import type { Queryable } from '../../../platform/database/index.ts';
import type { SecuritySummary, Severity } from '../contract.ts';
import { type ChangeRow, changesByBucket, openCounts, type PresentRow, presentByLevel } from './counts.ts';
import { readDataState, readReliableFrom } from './data-state.ts';
import { includesSeverity, type Scope, severities } from './scope.ts';

const sparklineDays = 30;

/** All numbers of the tiles, of one snapshot. */
export async function securitySummary(tx: Queryable, scope: Scope, now: Date): Promise<SecuritySummary> {
  const days = lastDays(now, sparklineDays + 1);
  const first = days[0] ?? '';
  const today = days.at(-1) ?? '';
  const present = await presentByLevel(tx, scope);
  // Findings dated after today (a clock that is ahead) count as opened today.
  const changes = await changesByBucket(tx, scope, { from: first, to: 'infinity', unit: 'day' });
  const reliableFrom = await readReliableFrom(tx, scope.projects);
  const open = openCounts(present, scope);
  const tile = (count: number, severity: Severity | null) => {
    const line = backFromNow(count, changes, severity, days, today);
    return {
      open: count,
      change30Days: reliableFrom === null ? null : count - (line[0]?.open ?? 0),
      changeReliable: reliableFrom !== null && reliableFrom <= first,
      sparkline: line.slice(1),
    };
  };
  return {
    state: await readDataState(tx),
    total: tile(open.total, null),
    severities: severities.map((severity) => ({ severity, ...tile(open[severity], severity) })),
    accepted: setApart(present, scope, 'accepted'),
    falsePositive: setApart(present, scope, 'false_positive'),
    hotspots: hotspotsToReview(present),
  };
}

/** The open number at the end of each day, going back from what is open now. */
function backFromNow(
  openNow: number,
  changes: readonly ChangeRow[],
  severity: Severity | null,
  days: readonly string[],
  today: string,
): { day: string; open: number }[] {
  const net = new Map<string, number>();
  for (const change of changes) {
    if (severity !== null && change.severity !== severity) continue;
    const day = change.bucket === null || change.bucket > today ? today : change.bucket;
    net.set(day, (net.get(day) ?? 0) + change.opened - change.closed);
  }
  const line: { day: string; open: number }[] = [];
  let open = openNow;
  for (const day of days.toReversed()) {
    line.push({ day, open });
    open -= net.get(day) ?? 0;
  }
  return line.reverse();
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
