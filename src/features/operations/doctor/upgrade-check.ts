import type { Queryable } from '../../../platform/database/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { area } from './model.ts';

/** By kind of integration: in which form this version keeps records. */
export type RecordForms = ReadonlyMap<string, number>;

export interface ReadingAgain {
  name: string;
  projects: number;
  branches: number;
}

/**
 * What is listed whole at its next sync because this version keeps records in another form than the one that read it.
 * Once after such an upgrade; nothing is missing until then.
 */
export function readAgainAfterUpgrade(db: Queryable, forms: RecordForms): Promise<ReadingAgain[]> {
  return db.query(
    `select i.name, count(distinct m.slice)::int as projects, count(distinct (m.slice, m.scope))::int as branches
       from shared.bookmarks m
       join shared.integrations i on i.id = m.integration_id
       join unnest($1::text[], $2::integer[]) as f (kind, form) on f.kind = i.kind
      where m.hash_version <> f.form
      group by i.name order by i.name limit 50`,
    [[...forms.keys()], [...forms.values()]],
  );
}

export const readingAgainWords = ({ name, projects, branches }: ReadingAgain): string =>
  `${name}: ${branches} branches of ${projects} projects are listed whole once, with their next sync`;

/** What was derived of records by an older version, while it is derived again. */
async function derivedChecks(db: Queryable): Promise<DoctorCheck[]> {
  const { info } = area('upgrade');
  const rows = await db.query<{ done: number; total: number }>(
    'select done, total from shared.deployment_derivation where finished_at is null',
  );
  return rows.map(({ done, total }) =>
    info(
      'deployments',
      `deployments of ${done} of ${total} executions are derived again; until all are, what runs where and delivery figures may change`,
    ),
  );
}

export async function upgradeChecks(db: Queryable, forms: RecordForms): Promise<DoctorCheck[]> {
  const { info, ok } = area('upgrade');
  const again = await readAgainAfterUpgrade(db, forms);
  const records =
    again.length === 0
      ? [ok('records', 'all are in the form of this version')]
      : again.map((row) => info('records', readingAgainWords(row)));
  return [...records, ...(await derivedChecks(db))];
}
