import type { Queryable } from '../../../platform/database/index.ts';
import type { CountingMode, SecurityTrend } from '../contract.ts';
import type { Scope } from './scope.ts';

type Marker = SecurityTrend['markers'][number];

interface Range {
  from: string;
  to: string;
}

interface MarkerRow {
  day: string;
  findings: number;
  projects: { id: number; name: string }[];
  project_count: number;
}

const namedProjects = 5;

/** Days of a step in the chart that is no new risk, the oldest first. */
export async function readMarkers(db: Queryable, scope: Scope, range: Range): Promise<SecurityTrend['markers']> {
  const markers = [
    ...(await hotspotSteps(db, scope, range)),
    ...(await joinSteps(db, scope, range)),
    ...(await modeSteps(db, scope, range)),
  ];
  return markers.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** `rows`: day, project and how many findings. */
const byDay = (rows: string): string => `
  select day, sum(findings)::bigint as findings, count(*) as project_count,
         to_jsonb((array_agg(jsonb_build_object('id', id, 'name', name) order by findings desc, name, id))[1:${namedProjects}]) as projects
  from (${rows}) x group by 1 order by 1`;

/** Hotspots that we knew became vulnerabilities. */
async function hotspotSteps(db: Queryable, scope: Scope, range: Range): Promise<Marker[]> {
  const rows = await db.query<MarkerRow>(
    byDay(`
      select h.day, p.id, p.name, sum(h.findings)::bigint as findings
      from insights.hotspots_became_vulnerabilities h join shared.projects p on p.id = h.project_id
      where h.day between $1::date and $2::date and ($3::bigint[] is null or h.project_id = any($3)) and h.branch_class = any($4)
      group by 1, 2, 3`),
    [range.from, range.to, scope.projects, scope.branchClasses],
    'insights markers',
  );
  return rows.map((row) => ofProjects('hotspots_became_vulnerabilities', row));
}

/** Projects that were analysed for the first time: what they brought was there before, and nobody had counted it. */
async function joinSteps(db: Queryable, scope: Scope, range: Range): Promise<Marker[]> {
  const rows = await db.query<MarkerRow>(
    byDay(`
      select d.day, p.id, p.name, sum(d.joined - d.left_out)::bigint as findings
      from shared.project_daily d
      join shared.projects p on p.id = d.project_id
      join shared.daily_known k on k.project_id = d.project_id and k.branch_class = d.branch_class and k.counting = d.counting
      where d.day between $1::date and $2::date and d.day <= k.read_from and ($3::bigint[] is null or d.project_id = any($3))
        and d.branch_class = any($4) and d.counting = $5 and d.class = 'vulnerability' and d.state = 'open' and d.joined <> 0
        and d.part <> case when $6::boolean then 'whole' else 'split' end
        and not exists (select from shared.project_daily earlier where earlier.project_id = d.project_id and earlier.counting = d.counting
                           and earlier.branch_class = d.branch_class and earlier.class = 'vulnerability' and earlier.state = 'open' and earlier.day < d.day)
      group by 1, 2, 3 having sum(d.joined - d.left_out) > 0`),
    [range.from, range.to, scope.projects, scope.branchClasses, scope.counting, scope.assetTypes !== null],
    'insights joins',
  );
  return rows.map((row) => ofProjects('projects_joined', row));
}

async function modeSteps(db: Queryable, scope: Scope, range: Range): Promise<Marker[]> {
  const rows = await db.query<{ day: string; mode: CountingMode; name: string; findings: number }>(
    `select m.day, m.mode, i.name, coalesce((
              select sum(d.joined - d.left_out) from shared.project_daily d join shared.projects p on p.id = d.project_id
              where p.integration_id = m.integration_id and d.day = m.day and d.counting = $5 and d.branch_class = any($4) and d.class = 'vulnerability'
                and d.state = 'open' and d.part = 'all' and ($3::bigint[] is null or d.project_id = any($3))), 0)::bigint as findings
     from (select integration_id, mode, (from_at at time zone 'UTC')::date as day from shared.counting_modes where from_at > '-infinity') m
     join shared.integrations i on i.id = m.integration_id
     where m.day between $1::date and $2::date
       and ($3::bigint[] is null or m.integration_id in (select integration_id from shared.projects where id = any($3)))
     order by m.day, i.name`,
    [range.from, range.to, scope.projects, scope.branchClasses, scope.counting],
    'insights mode changes',
  );
  return rows.map(({ day, mode, name, findings }) => ({
    day,
    kind: 'mode_changed',
    findings,
    projects: [],
    projectCount: 0,
    mode,
    integration: name,
  }));
}

function ofProjects(kind: Marker['kind'], row: MarkerRow): Marker {
  const { day, findings, projects, project_count: projectCount } = row;
  return { day, kind, findings, projects, projectCount, mode: null, integration: null };
}
