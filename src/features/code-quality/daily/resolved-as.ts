import type { Queryable, Tx } from '../../../platform/database/index.ts';

/** What counts as resolved in times to resolve, beside what was fixed. */
export interface ResolvedAs {
  accepted: boolean;
  falsePositive: boolean;
}

export function readResolvedAs(db: Queryable): Promise<ResolvedAs> {
  return db.one(
    `select exists (select from code_quality.resolved_as where ending = 'accepted') as accepted,
            exists (select from code_quality.resolved_as where ending = 'false_positive') as "falsePositive"`,
    [],
    'resolved as',
  );
}

/** The projects that it makes a difference to are counted anew: until then their findings are, one by one. */
export async function writeResolvedAs(tx: Tx, { accepted, falsePositive }: ResolvedAs): Promise<void> {
  const endings = [...(accepted ? ['accepted'] : []), ...(falsePositive ? ['false_positive'] : [])];
  await tx.execute('delete from code_quality.resolved_as where ending <> all ($1::text[])', [endings]);
  await tx.execute(
    'insert into code_quality.resolved_as (ending) select unnest($1::text[]) order by 1 on conflict do nothing',
    [endings],
  );
  await tx.execute(
    `insert into code_quality.changed_projects (project_id)
     select distinct f.project_id from code_quality.finding_past_periods past join code_quality.findings f on f.id = past.finding_id
      where past.state = 'open' and past.ended_by in ('accepted', 'false_positive', 'reclassified') order by 1`,
  );
}
