import type { Queryable } from '../../../../platform/database/index.ts';
import type { Finding, FindingQuality } from '../contract.ts';
import type { BranchKind } from '../../slice.ts';
import { findingLink } from '../../projects/links.ts';
import { knownFindings, qualitiesOf, qualityBits, type Scope, severityOf, stateOf } from './scope.ts';

/** What a list shows of findings, in the order of the ids. */
export async function readFindings(
  db: Queryable,
  ids: readonly number[],
  counting: Scope['counting'],
): Promise<Finding[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<FindingRow>(statement, [ids, counting], 'findings of a page');
  return rows.map(toFinding);
}

const statement = `
  select f.id, f.source_key as key, f.kind, r.class, (${qualitiesOf}) as qualities, ${severityOf} as severity, r.raw_level, r.axis, ${stateOf} as state, f.message,
         rule.source_key as rule, rule.name as rule_name, coalesce(rule.cwe, '{}') as cwe, coalesce(rule.owasp, '{}') as owasp,
         p.id as project_id, p.source_key as project_key, p.name as project_name, b.id as branch_id, b.kind as branch_kind, b.source_key as branch_scope, b.name as branch_name, b.is_main,
         i.public_url as base_url, path.path, f.line, f.asset_type, author.name as author, assignee.name as assignee,
         array(select t.name from code_quality.tags t where t.id = any (f.tag_ids) order by t.name) as tags, f.opened_at, f.updated_at, f.closed_at
    from ${knownFindings('$2::text')}
    join unnest($1::bigint[]) with ordinality as wanted (id, n) on wanted.id = f.id
    left join code_quality.rules rule on rule.id = f.rule_id
    left join code_quality.paths path on path.id = f.path_id
    left join code_quality.authors author on author.id = f.author_id
    left join code_quality.authors assignee on assignee.id = f.assignee_id
    left join shared.integrations i on i.id = f.integration_id
   -- Said once more, so that they are looked up before anything is joined to all findings.
   where f.id = any ($1)
   order by wanted.n`;

interface FindingRow {
  id: number;
  key: string;
  kind: 'issue' | 'hotspot';
  class: Finding['type'];
  qualities: number;
  severity: Finding['severity'];
  raw_level: string;
  axis: Finding['severitySource'];
  state: Finding['state'];
  message: string;
  rule: string | null;
  rule_name: string | null;
  cwe: string[];
  owasp: string[];
  project_id: number;
  project_key: string;
  project_name: string;
  branch_id: number;
  branch_kind: BranchKind;
  branch_scope: string;
  branch_name: string;
  is_main: boolean;
  base_url: string | null;
  path: string | null;
  line: number | null;
  asset_type: Finding['assetType'];
  author: string | null;
  assignee: string | null;
  tags: string[];
  opened_at: Date;
  updated_at: Date;
  closed_at: Date | null;
}

function toFinding(row: FindingRow): Finding {
  const branch = { kind: row.branch_kind, name: row.branch_name, isMain: row.is_main };
  const place = { ...branch, scope: row.branch_scope };
  return {
    id: row.id,
    key: row.key,
    link: findingLink(row.base_url, row.project_key, { key: row.key, kind: row.kind, branch: place }),
    type: row.class,
    qualities: qualitiesIn(row.qualities),
    severity: row.severity,
    sourceLevel: row.raw_level,
    severitySource: row.axis,
    state: row.state,
    message: row.message,
    vulnerabilityId: vulnerabilityId(row),
    rule: row.rule,
    ruleName: row.rule_name,
    project: { id: row.project_id, key: row.project_key, name: row.project_name },
    branch: { id: row.branch_id, ...branch },
    path: row.path,
    line: row.line,
    assetType: row.asset_type,
    tags: row.tags,
    cwe: row.cwe,
    owasp: row.owasp,
    author: row.author,
    assignee: row.assignee,
    createdAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  };
}

/** The qualities of their bits; a finding that touches none is of an unknown one. */
export function qualitiesIn(bits: number): FindingQuality[] {
  const names = Object.entries(qualityBits)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name as FindingQuality);
  return names.length === 0 ? ['unknown'] : names;
}

const cvePattern = /CVE-\d{4}-\d{4,}/i;

/** A CVE where rule or message names one, else the rule's first CWE, else the rule. */
export function vulnerabilityId(row: Pick<FindingRow, 'rule' | 'rule_name' | 'message' | 'cwe'>): string {
  const cve = [row.rule, row.rule_name, row.message]
    .map((text) => cvePattern.exec(text ?? '')?.[0])
    .find((found) => found);
  return cve?.toUpperCase() ?? row.cwe[0] ?? row.rule ?? 'unknown rule';
}
