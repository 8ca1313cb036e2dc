import type { Database } from '../../platform/database/index.ts';
import type { Figure, FreshIntegration } from './contract.ts';

interface Row {
  id: number;
  name: string;
  kind: string;
  state: string;
  lastGoodAt: Date | null;
  staleSince: Date | null;
}

/** When each integration was read without a gap; of those that the caller may know of. */
export async function readFreshness(db: Database): Promise<FreshIntegration[]> {
  const rows = await db.query<Row>(
    `select i.id, i.name, i.kind, i.state, f.last_good_at as "lastGoodAt", f.stale_since as "staleSince"
       from shared.integrations i left join shared.integration_freshness f on f.integration_id = i.id
      where i.state <> 'deleting' order by lower(i.name), i.id`,
  );
  return rows.map(({ id, name, kind, state, lastGoodAt, staleSince }) => ({
    id,
    name,
    kind,
    paused: state === 'paused',
    lastGoodAt: lastGoodAt?.toISOString() ?? null,
    stale: staleSince !== null,
  }));
}

/** What lies behind a figure. */
export interface Behind {
  connected: boolean;
  /** All of it was read whole at least once. */
  whole: boolean;
  stale: Figure['stale'];
  /** Since when the one that was read longest ago says nothing newer; null: one was never read whole. */
  readAt: string | null;
}

/** `kinds`: each of them is needed to tell the figure. */
export function behind(integrations: readonly FreshIntegration[], kinds: readonly string[]): Behind {
  const own = integrations.filter(({ kind }) => kinds.includes(kind));
  const late = own.filter(({ stale }) => stale);
  const times = late.map(({ lastGoodAt }) => lastGoodAt).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  const readings = own.map(({ lastGoodAt }) => lastGoodAt ?? '').toSorted();
  return {
    readAt: readings[0] === undefined || readings[0] === '' ? null : readings[0],
    connected: kinds.every((kind) => own.some((one) => one.kind === kind)),
    whole: own.every(({ lastGoodAt }) => lastGoodAt !== null),
    stale: late.length === 0 ? null : { since: times[0] ?? null, integrations: late.map(({ name }) => name) },
  };
}
