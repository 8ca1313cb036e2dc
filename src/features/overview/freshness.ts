import type { Database } from '../../platform/database/index.ts';
import type { Figure, FreshIntegration } from './contract.ts';

interface Row {
  id: number;
  name: string;
  kind: string;
  state: string;
  seconds: number | null;
  lastGoodAt: Date | null;
  createdAt: Date;
}

/** When each integration was read without a gap; of those that the caller may know of. */
export async function readFreshness(db: Database, now: Date): Promise<FreshIntegration[]> {
  const rows = await db.query<Row>(
    `select i.id, i.name, i.kind, i.state, f.interval_seconds as seconds, f.last_good_at as "lastGoodAt", i.created_at as "createdAt"
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id
      where i.state <> 'deleting' order by lower(i.name), i.id`,
  );
  return rows.map(({ id, name, kind, state, seconds, lastGoodAt, createdAt }) => ({
    id,
    name,
    kind,
    paused: state === 'paused',
    lastGoodAt: lastGoodAt?.toISOString() ?? null,
    // What was never read has had its time since it was made.
    stale: isStale({ seconds, at: lastGoodAt ?? createdAt, now }),
  }));
}

/** Three of its intervals without a reading that was whole. What is read by no schedule is never late. */
export function isStale({ seconds, at, now }: { seconds: number | null; at: Date; now: Date }): boolean {
  return seconds !== null && now.getTime() - at.getTime() > 3 * seconds * 1000;
}

/** What lies behind a figure. */
export interface Behind {
  connected: boolean;
  /** All of it was read whole at least once. */
  whole: boolean;
  stale: Figure['stale'];
}

/** `kinds`: each of them is needed to tell the figure. */
export function behind(integrations: readonly FreshIntegration[], kinds: readonly string[]): Behind {
  const own = integrations.filter(({ kind }) => kinds.includes(kind));
  const late = own.filter(({ stale }) => stale);
  const times = late.map(({ lastGoodAt }) => lastGoodAt).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  return {
    connected: kinds.every((kind) => own.some((one) => one.kind === kind)),
    whole: own.every(({ lastGoodAt }) => lastGoodAt !== null),
    stale: late.length === 0 ? null : { since: times[0] ?? null, integrations: late.map(({ name }) => name) },
  };
}
