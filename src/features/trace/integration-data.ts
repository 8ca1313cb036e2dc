import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/integration-data.ts';

/** Links that records of an integration say, and those that end at an image of it. Goes after the records themselves. */
const of = `integration_id = $1 or (to_station = 'image' and not exists (select from shared.images i where i.id = to_id))`;

export function traceData(db: Database): IntegrationData {
  return {
    room: 'Links of the trace',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>('select count(*) as n from trace.links where integration_id = $1', [
        integrationId,
      ]);
      return n;
    },
    async purge(tx, integrationId, limit) {
      await tx.execute('delete from trace.registry_hosts where integration_id = $1', [integrationId]);
      const removed = await tx.execute(
        `delete from trace.links where ctid = any (array(select ctid from trace.links where ${of} limit $2 /* any: all of them go, batch by batch */))`,
        [integrationId, limit],
      );
      if (removed > 0) return removed;
      // What named them is looked for among what is left.
      return tx.execute(
        `delete from trace.mentions m where (m.owner, m.owner_id) in (
           select n.owner, n.owner_id from trace.mentions n
            where not exists (select from trace.links l where l.owner = n.owner and l.owner_id = n.owner_id) limit $1 /* any: all of them go */)`,
        [limit],
      );
    },
  };
}
