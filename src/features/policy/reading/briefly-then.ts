import type { Queryable } from '../../../platform/database/index.ts';
import type { BriefVerdict } from '../contract.ts';
import { qualityGatesPolicy } from '../model.ts';
import { inForceAt } from '../store/waivers.ts';
import { notEvaluatedIn, waiverOf } from './overview.ts';
import { requirePast } from './past.ts';

/** What was said of them at a time. */
export async function readBrieflyThen(db: Queryable, imageIds: readonly number[], at: string): Promise<BriefVerdict[]> {
  await requirePast(db, at);
  const then = (row: string): string =>
    `${row}.valid_from <= $2::timestamptz and (${row}.valid_to is null or ${row}.valid_to > $2::timestamptz)`;
  return db.query(
    `select r.image_id as "imageId", r.status, r.reason, waiver.id is not null as waived, ${notEvaluatedIn(then('p'))} as "notEvaluated"
       from policy.results r ${waiverOf(inForceAt('$2::timestamptz'))}
      where r.policy = '${qualityGatesPolicy}' and r.platform_digest is null and ${then('r')} and r.image_id = any ($1)`,
    [imageIds, at],
  );
}
