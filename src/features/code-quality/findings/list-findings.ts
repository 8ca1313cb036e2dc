import type { z } from 'zod';
import type { Queryable } from '../../../platform/database/index.ts';
import type { FindingState, FindingsQuery, ProjectFinding, ProjectFindings } from '../contract.ts';
import { requireBranch } from '../measures/read-history.ts';
import { findingLink } from '../projects/links.ts';
import { readReading } from './reading.ts';

const pageSize = 50;

/** Up to here the count is exact; beyond it would cost more than it tells. */
const countedUpTo = 50_000;

const stateConditions: Record<FindingState, string> = {
  open: "(f.state = 'open' and f.deleted_at is null)",
  accepted: "(f.state = 'accepted' and f.deleted_at is null)",
  false_positive: "(f.state = 'false_positive' and f.deleted_at is null)",
  fixed: "(f.state = 'fixed' and f.deleted_at is null)",
  other: "(f.state = 'other' and f.deleted_at is null)",
  gone: 'f.deleted_at is not null',
};

const severityRank = `array_position(array['low', 'medium', 'high', 'critical'], level.severity)`;

const sortExpressions = {
  created: 'f.opened_at',
  updated: 'f.updated_at',
  severity: `coalesce(${severityRank}, 0)`,
} as const;

/** One page of a project's findings, of one branch or pull request. Throws `not_found`. */
export async function listFindings(
  db: Queryable,
  projectId: number,
  query: z.output<typeof FindingsQuery>,
): Promise<ProjectFindings> {
  const branchId = await requireBranch(db, projectId, query.branch);
  const { page } = query;
  const reading = await readReading(db, projectId);
  const states = query.status?.map((state) => stateConditions[state]) ?? ['f.deleted_at is null'];
  const from = `code_quality.findings f
       left join code_quality.severity_mapping level on level.axis = f.${reading.axis} and level.raw_level = f.${reading.level}
      where f.project_id = $1 and f.branch_id = $2 and (${states.join(' or ')})
        and ($3::text[] is null or coalesce(level.severity, 'unrated') = any ($3)) and ($4::text[] is null or f.${reading.class} = any ($4))`;
  const values = [projectId, branchId, query.severity ?? null, query.type ?? null];
  const { counted } = await db.one<{ counted: number }>(
    `select count(*) as counted from (select from ${from} limit ${countedUpTo + 1}) found`,
    values,
  );
  const sort = `${sortExpressions[query.sort]} ${query.direction}`;
  const rows = await db.query<FindingRow>(
    `select ${findingColumns}, f.${reading.class} as class, f.${reading.axis} as severity_source, f.${reading.level} as source_level
       from (select f.*, coalesce(level.severity, 'unrated') as mapped, row_number() over (order by ${sort}, f.opened_at desc, f.id desc) as place
               from ${from} order by ${sort}, f.opened_at desc, f.id desc limit ${pageSize} offset $5) f
       ${findingJoins}
      order by f.place`,
    [...values, (page - 1) * pageSize],
  );
  return { findings: rows.map(toFinding), total: counted > countedUpTo ? null : counted, page, pageSize };
}

const findingColumns = `f.id, f.source_key as key, f.kind, f.mapped as severity, f.state, f.deleted_at, f.message,
            rule.source_key as rule, path.path, f.line, f.opened_at, f.updated_at, f.closed_at, p.source_key as project_key,
            i.settings ->> 'url' as base_url, b.kind as branch_kind, b.name as branch_name, b.is_main`;

const findingJoins = `join code_quality.projects p on p.id = f.project_id
       join code_quality.branches b on b.id = f.branch_id
       left join integrations.integrations i on i.id = f.integration_id
       left join code_quality.rules rule on rule.id = f.rule_id
       left join code_quality.paths path on path.id = f.path_id`;

interface FindingRow {
  id: number;
  key: string;
  kind: 'issue' | 'hotspot';
  class: ProjectFinding['type'];
  severity: ProjectFinding['severity'];
  source_level: string;
  severity_source: ProjectFinding['severitySource'];
  state: FindingState;
  deleted_at: Date | null;
  message: string;
  rule: string | null;
  path: string | null;
  line: number | null;
  opened_at: Date;
  updated_at: Date;
  closed_at: Date | null;
  project_key: string;
  base_url: string | null;
  branch_kind: 'branch' | 'pull_request';
  branch_name: string;
  is_main: boolean;
}

function toFinding(row: FindingRow): ProjectFinding {
  const branch = { kind: row.branch_kind, name: row.branch_name, isMain: row.is_main };
  return {
    id: row.id,
    key: row.key,
    link: findingLink(row.base_url, row.project_key, { key: row.key, kind: row.kind, branch }),
    type: row.class,
    severity: row.severity,
    sourceLevel: row.source_level,
    severitySource: row.severity_source,
    state: row.deleted_at === null ? row.state : 'gone',
    message: row.message,
    rule: row.rule,
    path: row.path,
    line: row.line,
    createdAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  };
}
