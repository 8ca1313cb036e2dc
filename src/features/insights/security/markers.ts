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
    `select h.day, p.id, p.name, sum(h.findings)::bigint as findings
     from insights.hotspots_became_vulnerabilities h join code_quality.projects p on p.id = h.project_id
     where h.day between $1::date and $2::date and ($3::bigint[] is null or h.project_id = any($3)) and h.branch_class = any($4)
     group by 1, 2 order by 1, 3, 2`,
    [range.from, range.to, scope.projects, scope.branchClasses],
    'insights markers',
  );
  return [...Map.groupBy(rows, (row) => row.day)].map(([day, projects]) => ({
    day,
    kind: 'hotspots_became_vulnerabilities',
    findings: projects.reduce((sum, row) => sum + row.findings, 0),
    projects: projects.map(({ id, name }) => ({ id, name })),
  }));
}
