import type { Queryable } from '../../../platform/database/index.ts';
import { catalogue } from '../../../platform/errors/index.ts';
import type { VerdictAnswer } from '../contract.ts';

/**
 * Verdicts as a caller takes them who wants facts of at most this age, in seconds: what was read longer ago proves nothing.
 * A verdict is as old as the oldest of the last good readings behind it: of the registry, and of the servers whose analyses it
 * rests on. What failed stays failed.
 */
export async function notOlderThan(
  db: Queryable,
  verdicts: readonly VerdictAnswer[],
  maxAge: number,
): Promise<VerdictAnswer[]> {
  const rows = await db.query<{ id: number; name: string; fresh: boolean }>(
    `select i.id, i.name, coalesce(f.last_good_at > now() - make_interval(secs => $1), false) as fresh
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id`,
    [maxAge],
  );
  return verdicts.map((verdict) => {
    const behind = new Set([
      verdict.image.registry.id,
      ...verdict.platforms.flatMap(({ projects }) => projects.map(({ integrationId }) => integrationId)),
    ]);
    behind.delete(null);
    const old = [...behind].filter((id) => !rows.some((row) => row.id === id && row.fresh));
    if (verdict.status !== 'passed' || old.length === 0) return verdict;
    const { title, remedy } = catalogue.facts_too_old;
    const names = old.map((id) => rows.find((row) => row.id === id)?.name ?? `deleted integration ${id}`);
    return { ...verdict, status: 'error', reason: 'facts_too_old', message: `${title} ${names.join(', ')}.`, remedy };
  });
}
