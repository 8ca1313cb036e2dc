import type { Queryable } from '../../../platform/database/index.ts';
import type { SecurityTrend } from '../contract.ts';
import type { Scope } from './scope.ts';

interface MarkerRow {
  day: string;
  id: number;
  name: string;
  findings: number;
}

/** Days on which hotspots that we knew became vulnerabilities, with the projects they belong to. */
export async function readMarkers(
  db: Queryable,
  scope: Scope,
  range: { from: string; to: string },
): Promise<SecurityTrend['markers']> {
  const rows = await db.query<MarkerRow>(
    `select (past.to_at at time zone 'UTC')::date as day, p.id, p.name, count(*) as findings
     from code_quality.finding_past_periods past
     join code_quality.findings f on f.id = past.finding_id
     join code_quality.branches b on b.id = f.branch_id
     join code_quality.projects p on p.id = f.project_id
     where past.ended_by = 'became_vulnerability'
       and past.to_at >= $1::date::timestamp at time zone 'UTC'
       and past.to_at < ($2::date + 1)::timestamp at time zone 'UTC'
       and ($3::bigint[] is null or f.project_id = any($3))
       and b.kind = 'branch' and (b.is_main or $4)
     group by 1, 2, 3 order by 1, 3, 2`,
    [range.from, range.to, scope.projects, scope.branchClasses.includes('branch')],
  );
  return [...Map.groupBy(rows, (row) => row.day)].map(([day, projects]) => ({
    day,
    kind: 'hotspots_became_vulnerabilities',
    findings: projects.reduce((sum, row) => sum + row.findings, 0),
    projects: projects.map(({ id, name }) => ({ id, name })),
  }));
}
