import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/index.ts';
import { connectEmbedded, killPostgres } from '../support/embedded-postgres.ts';
import type { Product } from '../support/product.ts';
import { randomOf } from '../support/random.ts';

export const victims = [
  'an idle backend',
  'the backend in use',
  'the postmaster',
  'the hub',
  'the hub and a backend',
  'the hub and the postmaster',
] as const;
export type Victim = (typeof victims)[number];

export interface Kill {
  victim: Victim;
  /** When, as a part of the time an undisturbed sync takes. */
  moment: number;
}

/** As many of each victim, at moments spread at random. */
export function drawKills(seed: number, count: number): Kill[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, at) => ({
    victim: victims[at % victims.length] as Victim,
    moment: random() * 0.95,
  }));
}

/** Work on the embedded database by a connection of its own, again until none of it was interrupted. */
export async function onDatabase<T>(product: Product, work: (db: Database) => Promise<T>): Promise<T> {
  for (;;) {
    const db = await connectEmbedded(product);
    try {
      return await work(db);
    } catch {
      await delay(100);
    } finally {
      await db.close();
    }
  }
}

/** Whatever dies, the product is there again afterwards: the hub started by us, its database by the hub. */
export async function strike(product: Product, victim: Victim): Promise<void> {
  const deaths: Promise<void>[] = [];
  if (victim.includes('backend')) deaths.push(killBackend(product, victim === 'the backend in use'));
  if (victim.includes('postmaster')) deaths.push(killPostgres(product));
  if (victim.includes('hub')) deaths.push(product.kill());
  await Promise.all(deaths);
  if (victim.includes('hub')) await product.start();
  await onDatabase(product, (db) => db.query('select 1'));
}

/** PostgreSQL answers the death of any of its processes alike: all others end, and what is unlogged is emptied. */
async function killBackend(product: Product, inUse: boolean): Promise<void> {
  await onDatabase(product, async (db) => {
    const { pid } = await db.one<{ pid: number }>(
      `select pid from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        order by (state <> 'idle') = $1 desc, state_change desc limit 1`,
      [inUse],
    );
    process.kill(pid, 'SIGKILL');
  });
}
