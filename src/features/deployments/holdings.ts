import type { ScopePoll, ScopePolling, StoredFilter, StoredRow } from '../../connectors/contract.ts';
import type { Queryable } from '../../platform/database/index.ts';
import type { Holdings, RowsPage } from '../ingestion/sink.ts';
import { levelOf } from './levels.ts';

/** What is stored of a project, for a reading of what changed since. */
export function holdingsOf(db: Queryable, integrationId: number, slice: string): Holdings {
  return {
    counts: async () => ({}),
    rows(stream, _scope, filter, page) {
      if (stream === 'executions') return executionRows(db, { integrationId, slice, filter, page });
      if (stream === 'stage_outcomes') return outcomeRows(db, { integrationId, filter, page });
      throw new Error(`${stream} are not listed like this`);
    },
  };
}

interface Asked {
  integrationId: number;
  filter: StoredFilter;
  page: RowsPage;
}

/** The status of an execution is `open` while it may still change, and `settled` else. */
async function executionRows(
  db: Queryable,
  { integrationId, slice, filter, page }: Asked & { slice: string },
): Promise<StoredRow[]> {
  const { keys, status, ...others } = filter;
  if (Object.keys(others).length > 0 || (status !== undefined && status !== 'open' && status !== 'settled'))
    throw new Error('executions are not listed like this');
  if (keys?.length === 0) return [];
  const { organization, project } = levelOf(slice);
  return db.query(
    `select source_key as key, case when settled then 'settled' else 'open' end as status from deployments.executions
      where integration_id = $1 and organization = $2 and project = $3 and deleted_at is null and source_key > $4
        and ($5::text[] is null or source_key = any ($5)) and ${settledIs(status)}
      order by source_key limit $6`,
    [integrationId, organization, project, page.after, keys ?? null, page.limit],
  );
}

/** Those under way have an index of their own. */
const settledIs = (status: string | undefined): string =>
  status === undefined ? 'true' : status === 'open' ? 'not settled' : 'settled';

async function outcomeRows(db: Queryable, { integrationId, filter, page }: Asked): Promise<StoredRow[]> {
  const { keys, ...others } = filter;
  if (keys === undefined || Object.keys(others).length > 0)
    throw new Error('outcomes of stages are asked for by their keys');
  if (keys.length === 0) return [];
  return db.query(
    `select source_key as key, '' as status from deployments.stage_outcomes
      where integration_id = $1 and source_key = any ($2) and source_key > $3 order by source_key limit $4`,
    [integrationId, keys, page.after, page.limit],
  );
}

/** Each project once, with what its last reading noted; those that wait the longest first. */
export async function findDuePolls(db: Queryable, integrationId: number, polling: ScopePolling): Promise<ScopePoll[]> {
  return db.query<ScopePoll>(
    `select m.slice, m.stream, m.scope, p.source_key as name, m.value as bookmark
       from deployments.projects p
       join shared.bookmarks m on m.integration_id = $1 and m.slice = 'project:' || p.source_key and m.stream = 'executions' and m.scope = ''
      where p.integration_id = $1 and p.deleted_at is null
        and greatest(m.polled_at, m.saved_at) < now() - make_interval(mins => $2)
      order by greatest(m.polled_at, m.saved_at), m.slice limit $3`,
    [integrationId, polling.everyMinutes, polling.atMost],
  );
}
