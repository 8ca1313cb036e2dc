import type { Tx } from '../../../platform/database/index.ts';
import type { MissingRows } from '../sink.ts';

/** So many keys are kept for a person to look for at the source. */
const shownKeys = 20;

/** What tells one set of missing rows from another, whatever the order in which they are found. */
export async function describeMissing(
  tx: Tx,
  absent: { text: string; values: readonly unknown[] },
): Promise<Pick<MissingRows, 'fingerprint' | 'examples'>> {
  return tx.one(
    `select format('%s-%s-%s', count(*), sum(hashtextextended(source_key, 0)), sum(hashtextextended(source_key, 1))) as fingerprint,
            (array_agg(source_key order by source_key))[1:${shownKeys}] as examples
       from (${absent.text}) absent`,
    absent.values,
  );
}
