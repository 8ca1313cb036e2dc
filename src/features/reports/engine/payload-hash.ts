import { createHash } from 'node:crypto';
import type { Judgement, ReportFrame } from '../content/build-report.ts';
import type { ReportedChange } from '../model.ts';

/** Of all that a report is made of, but the lines of the diff: the same hash is the same report. */
export function payloadHash(change: ReportedChange, judgement: Judgement, frame: ReportFrame): string {
  const findings = change.findings.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return createHash('sha256')
    .update(JSON.stringify([{ ...change, findings }, judgement, frame]))
    .digest('hex');
}
