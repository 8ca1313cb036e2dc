import type { Database } from '../../../platform/database/index.ts';
import type { Ref } from './understand.ts';

const most = 5;

/** Environments and what runs now, by a part of a name: where somebody types, not where a text stands for one thing. */
export async function findNamed(db: Database, text: string): Promise<Ref[]> {
  const part = text.trim().toLowerCase();
  if (part.length < 2) return [];
  return [...(await environments(db, part)), ...(await running(db, part))];
}

/** Each environment is looked at once, however many deployments went into it. */
async function environments(db: Database, part: string): Promise<Ref[]> {
  const rows = await db.query<{ key: string }>(
    `with recursive one (key) as (
       (select to_key from trace.links where to_station = 'environment' order by to_key limit 1)
       union all
       select (select l.to_key from trace.links l where l.to_station = 'environment' and l.to_key > one.key order by l.to_key limit 1)
         from one where one.key is not null)
     select key from one where strpos(lower(substring(key from position(':' in key) + 1)), $1) > 0 order by length(key), key limit ${most}`,
    [part],
  );
  return rows.map(({ key }) => ({ station: 'environment', key }));
}

async function running(db: Database, part: string): Promise<Ref[]> {
  const rows = await db.query<{ id: number }>(
    `select id from shared.deployments where runs_now and strpos(lower(service_name || ' to ' || environment_name), $1) > 0
      order by at desc, id desc limit ${most}`,
    [part],
  );
  return rows.map(({ id }) => ({ station: 'deployment', key: String(id) }));
}
