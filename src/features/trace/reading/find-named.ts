import type { Queryable } from '../../../platform/database/index.ts';
import { everyEnvironment } from './find.ts';
import type { Ref } from './understand.ts';

const most = 5;

/** Environments and what runs now, by a part of a name: where somebody types, not where a text stands for one thing. */
export async function findNamed(db: Queryable, text: string): Promise<Ref[]> {
  const part = text.trim().toLowerCase();
  if (part.length < 2) return [];
  return [...(await environments(db, part)), ...(await running(db, part))];
}

async function environments(db: Queryable, part: string): Promise<Ref[]> {
  const rows = await db.query<{ key: string }>(
    `${everyEnvironment} select key from one where strpos(lower(substring(key from position(':' in key) + 1)), $1) > 0 order by length(key), key limit ${most}`,
    [part],
  );
  return rows.map(({ key }) => ({ station: 'environment', key }));
}

async function running(db: Queryable, part: string): Promise<Ref[]> {
  const rows = await db.query<{ id: number }>(
    `select id from shared.deployments where runs_now and strpos(lower(service_name || ' to ' || environment_name), $1) > 0
      order by at desc, id desc limit ${most}`,
    [part],
  );
  return rows.map(({ id }) => ({ station: 'deployment', key: String(id) }));
}
