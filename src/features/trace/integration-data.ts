import type { Database } from '../../platform/database/index.ts';
import type { IntegrationData } from '../integrations/integration-data.ts';

/** Links that records of an integration say, and those that end at an image of it. Goes after the records themselves. */
const of = `integration_id = $1 or (to_station = 'image' and not exists (select from shared.images i where i.id = to_id))`;
/** The same of what was said before; images that went otherwise have their past still. What was said of them goes last. */
const past = `integration_id = $1 or (to_station = 'image' and to_id in (
  select s.thing_id from trace.said s where s.integration_id = $1 and s.thing = 'image'))`;

export function traceData(db: Database): IntegrationData {
  return {
    room: 'Links of the trace',
    async count(integrationId) {
      const { n } = await db.one<{ n: number }>(
        `select (select count(*) from trace.links where integration_id = $1) + (select count(*) from trace.past_links where integration_id = $1)
              + (select count(*) from trace.said where integration_id = $1) as n`,
        [integrationId],
      );
      return n;
    },
    async purge(tx, integrationId, limit) {
      await tx.execute('delete from trace.registry_hosts where integration_id = $1', [integrationId]);
      for (const [table, which] of [
        ['links', of],
        ['past_links', past],
        ['said', 'integration_id = $1'],
      ] as const) {
        const removed = await tx.execute(
          `delete from trace.${table} where ctid = any (array(select ctid from trace.${table} where ${which} limit $2 /* any: all of them go, batch by batch */))`,
          [integrationId, limit],
        );
        if (removed > 0) return removed;
      }
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
