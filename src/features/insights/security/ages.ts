import { createdRange, daysOf, findingAges } from '../../../domain/finding-age.ts';
import { dayOf } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { AgeBucket, SecurityAges } from '../contract.ts';
import { openCounts, type PresentRow } from './counts.ts';
import { readDataState } from './data-state.ts';
import type { Scope } from './scope.ts';
import { pendingProjects, spanSource } from './spans.ts';

export interface AgedRow extends PresentRow {
  /** Zero unless projects were asked for one by one. */
  project_id: number;
  age: AgeBucket;
}

/** What is open of each level and age; of each project, too, when `perProject`. The scope's severities are not applied. */
export async function openByAge(
  db: Queryable,
  scope: Scope,
  { today, perProject = false }: { today: string; perProject?: boolean },
): Promise<AgedRow[]> {
  const { text, values, variant } = spanSource(scope, await pendingProjects(db), {
    table: 'insights.open_ages',
    columns: ['node_id as project_id', 'day'],
    live: 's.project_id, s.created_on as day',
    isOpen: true,
    perProject,
  });
  // From the oldest to the youngest: the first days of all but the oldest, which has none.
  const ages = findingAges.toReversed();
  const firstDays = ages.slice(1).map((age) => createdRange(age, today).from);
  return db.query(
    `select 'vulnerability' as class, 'open' as state, coalesce(m.severity, 'unrated') as severity, c.axis, c.raw_level, c.asset_type,
            c.project_id, ($7::text[])[c.place + 1] as age, c.findings as present
       from (select axis, raw_level, asset_type, ${perProject ? 'project_id' : '0::bigint as project_id'}, width_bucket(day, $6::date[]) as place,
                    sum(findings)::bigint as findings
               from (${text}) d group by 1, 2, 3, 4, 5 having sum(findings) <> 0) c
       left join shared.severity_mapping m on m.axis = c.axis and m.raw_level = c.raw_level`,
    [...values, firstDays, ages],
    `insights ages ${variant}`,
  );
}

export async function securityAges(tx: Queryable, scope: Scope, now: Date): Promise<SecurityAges> {
  const today = dayOf(now);
  const rows = await openByAge(tx, scope, { today });
  const buckets = findingAges.map((age) => ({
    age,
    ...daysOf(age),
    open: openCounts(
      rows.filter((row) => row.age === age),
      scope,
    ),
  }));
  return { state: await readDataState(tx, scope), today, buckets, open: openCounts(rows, scope) };
}
