import type { FindingDetail, FindingSeverity, FindingType } from '../contract.ts';

export interface PeriodRow {
  from_at: Date;
  to_at: Date | null;
  state: string;
  class: FindingType;
  raw_level: string;
  severity: FindingSeverity;
  /** What ended it; null of the last one. */
  ended_by: string | null;
}

type Event = FindingDetail['history'][number];

/**
 * What happened to a finding, from its periods. Creation and closing carry the server's own dates. Everything between
 * was seen by comparing two readings, and is dated by the server's last change of the finding where it moved.
 */
export function historyOf(
  periods: readonly PeriodRow[],
  finding: { opened_at: Date; closed_at: Date | null; deleted_at: Date | null; state: string },
): Event[] {
  const events: Event[] = [];
  const add = (at: Date, what: Event['what'], of: PeriodRow, basis: Event['basis']): void => {
    const { class: type, severity, raw_level: sourceLevel } = of;
    events.push({ at: at.toISOString(), what, type, severity, sourceLevel, basis });
  };
  for (const [index, period] of periods.entries()) {
    const before = periods[index - 1];
    if (before === undefined) add(finding.opened_at, 'created', period, 'server');
    if (before?.ended_by === 'closed' && before.to_at !== null) add(before.to_at, 'closed', before, 'server');
    const what = beginningOf(period, before);
    if (what !== null) add(period.from_at, what, period, 'observed');
  }
  const last = periods.at(-1);
  if (last === undefined) return events;
  const closed = finding.closed_at ?? last.to_at;
  if (finding.state === 'fixed' && closed !== null)
    add(closed, 'closed', last, finding.closed_at === null ? 'observed' : 'server');
  if (finding.deleted_at !== null) add(finding.deleted_at, 'gone', last, 'observed');
  return events;
}

/** How a period began; null where its creation says so already. */
function beginningOf(period: PeriodRow, before: PeriodRow | undefined): Event['what'] | null {
  const isSetApart = period.state === 'accepted' || period.state === 'false_positive';
  if (before === undefined) return isSetApart ? (period.state as 'accepted' | 'false_positive') : null;
  if (before.ended_by === 'became_vulnerability') return 'became';
  if (isSetApart && before.state !== period.state) return period.state as 'accepted' | 'false_positive';
  return before.ended_by === 'reclassified' ? 'changed' : 'reopened';
}
