import type { Queryable } from '../../../platform/database/index.ts';
import { currentVerdicts, isCurrent, shown } from './overview.ts';

export interface VerdictCounts {
  /** As many as the list of verdicts shows under the filter of failed ones: those that a waiver lets pass are not among them. */
  failed: number;
  /** Of these, what has failed since the time that was asked for. */
  failedSince: number;
  judged: number;
  /** Of these, on which nothing can be said: no data, or a mistake in judging. */
  unsaid: number;
  /** Images with a tag on which nothing was said yet. */
  waiting: number;
  /** When anything was last said otherwise than before; null: nothing was said yet. */
  newestAt: Date | null;
}

/** Verdicts on images that a tag points to now; `of`: on those of these repositories alone. */
export async function countVerdicts(
  db: Queryable,
  { since, of }: { since: Date; of: readonly number[] | undefined },
): Promise<VerdictCounts> {
  const own = '($1::bigint[] is null or i.repository_id = any ($1))';
  const counts = await db.one<Omit<VerdictCounts, 'waiting'>>(
    `select count(*) filter (where ${shown} = 'failed') as failed,
            count(*) filter (where ${shown} = 'failed' and r.valid_from >= $2) as "failedSince",
            count(*) filter (where ${shown} in ('no_data', 'error')) as unsaid, count(*) as judged, max(r.valid_from) as "newestAt"
       from ${currentVerdicts} where ${isCurrent} and ${own}`,
    [of ?? null, since],
  );
  const { waiting } = await db.one<{ waiting: number }>(
    `select count(*) as waiting from shared.images i
      where i.untagged_at is null and i.gone_at is null and ${own}
        and not exists (select from policy.results r where r.image_id = i.id and ${isCurrent})`,
    [of ?? null],
  );
  return { ...counts, waiting };
}
