import type { Database, Tx } from '../../../platform/database/index.ts';
import type { Reaction } from '../../../platform/jobs/index.ts';
import { rebuildDaily } from '../daily/rebuild-daily.ts';

/** Projects of integrations of the same server as $1. */
const ofServer = `
  select p.*, (i.state = 'paused') as is_paused, i.server_id
    from code_quality.projects p join shared.integrations i on i.id = p.integration_id
   where i.state <> 'deleting' and i.server_id is not null
     and i.server_id = (select server_id from shared.integrations where id = $1)`;

/**
 * One project of one server counts once, through whatever number of integrations it is read. It counts in the row that
 * can be read, of an integration that is not paused, of the integration that was made first, in this order; the other
 * rows name it. Returns the rows for which that changed.
 */
export async function settleDuplicates(tx: Tx, integrationId: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    `with alive as materialized (${ofServer} and p.deleted_at is null and p.left_scope_at is null),
     settled as (
       select a.id, (
         select o.id from alive o
          where o.integration_id <> a.integration_id
            and (o.source_uuid = a.source_uuid or o.source_key = a.source_key and (o.source_uuid is null or a.source_uuid is null))
            and (o.unreadable_at is not null, o.is_paused, o.integration_id) < (a.unreadable_at is not null, a.is_paused, a.integration_id)
          order by o.unreadable_at is not null, o.is_paused, o.integration_id limit 1) as counting
         from alive a where (select count(distinct integration_id) from alive) > 1),
     wanted as (
       select p.id, s.counting from code_quality.projects p left join settled s on s.id = p.id
        where (p.integration_id = $1 or p.integration_id in (select integration_id from alive))
          and p.duplicate_of is distinct from s.counting
        order by p.id for update of p)
     update code_quality.projects p set duplicate_of = w.counting from wanted w where p.id = w.id returning p.id`,
    [integrationId],
  );
  return rows.map(({ id }) => id);
}

/** An integration was made, paused, resumed or is being deleted: another row of its server's projects may count. */
export const countingReaction = 'code-quality.counting';

/** The row that counts moves with the change, not with the next discovery. Returns whether any number moved. */
export async function recount(tx: Tx, integrationId: number): Promise<boolean> {
  const settled = await settleDuplicates(tx, integrationId);
  return settled.length > 0 && (await rebuildDaily(tx, settled)) > 0;
}

/** `rolledUp` tells who sums up, in the same transaction. */
export function countingReactions(
  db: Database,
  rolledUp: (tx: Tx, integrationId: number) => Promise<void>,
): Reaction[] {
  return [
    {
      name: countingReaction,
      handle: (key) =>
        db.transaction(async (tx) => {
          if (await recount(tx, Number(key))) await rolledUp(tx, Number(key));
        }),
    },
  ];
}
