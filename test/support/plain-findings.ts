import type { Queryable } from '../../src/platform/database/index.ts';
import type { FacetName } from '../../src/features/code-quality/contract.ts';

/** A finding with everything the list filters by, read without any of the list's own statements: tests count with it. */
export interface PlainFinding {
  key: string;
  message: string;
  rule: string | null;
  rule_name: string | null;
  rule_read: boolean;
  path: string | null;
  author: string | null;
  assignee: string | null;
  tags: string[];
  cwe: string[] | null;
  owasp: string[] | null;
  state: string;
  asset: string;
  project: string;
  days: number;
  is_main: boolean;
  counts: boolean;
  standard_server: boolean;
  class: string;
  axis: string;
  level: string;
  standard_class: string;
  standard_level: string;
  severity: string;
  standard_severity: string;
  impacts: (string | null)[];
}

export function plainFindings(db: Queryable, now: Date): Promise<PlainFinding[]> {
  return db.query(
    `select f.source_key as key, f.message, rule.source_key as rule, rule.name as rule_name, rule.row_hash is not null as rule_read, path.path,
            author.name as author, assignee.name as assignee, array(select name from code_quality.tags where id = any (f.tag_ids)) as tags,
            rule.cwe, rule.owasp, case when f.deleted_at is null then f.state else 'gone' end as state, f.asset_type as asset, f.project_id::text as project,
            ($1 at time zone 'UTC')::date - (f.opened_at at time zone 'UTC')::date as days, b.is_main,
            b.kind = 'branch' and b.deleted_at is null and p.deleted_at is null and p.left_scope_at is null and p.duplicate_of is null as counts,
            exists (select from code_quality.counting_modes m where m.integration_id = p.integration_id and m.mode = 'standard') as standard_server,
            f.class, f.axis, f.raw_level as level, f.standard_class, f.standard_level,
            coalesce((select severity from code_quality.severity_mapping m where m.axis = f.axis and m.raw_level = f.raw_level), 'unrated') as severity,
            coalesce((select severity from code_quality.severity_mapping m where m.axis = f.standard_axis and m.raw_level = f.standard_level), 'unrated') as standard_severity,
            array[f.impact_security, f.impact_reliability, f.impact_maintainability] as impacts
       from code_quality.findings f join code_quality.projects p on p.id = f.project_id join code_quality.branches b on b.id = f.branch_id
       left join code_quality.rules rule on rule.id = f.rule_id left join code_quality.paths path on path.id = f.path_id
       left join code_quality.authors author on author.id = f.author_id left join code_quality.authors assignee on assignee.id = f.assignee_id`,
    [now],
  );
}

const ages = [
  ['0-7', 7],
  ['8-30', 30],
  ['31-90', 90],
  ['91-365', 365],
] as const;

const orNone = (values: readonly (string | null)[]): string[] => {
  const named = values.filter((value) => value !== null);
  return named.length === 0 ? ['(none)'] : named;
};

/** The values of a finding in a facet. */
export function valuesOf(row: PlainFinding, facet: FacetName, counting: 'server' | 'other'): string[] {
  const byType = (counting === 'server') === row.standard_server;
  const kind = byType ? row.standard_class : row.class;
  switch (facet) {
    case 'severity':
      return [byType ? row.standard_severity : row.severity];
    case 'quality':
      return qualitiesOf(row, kind, byType);
    case 'type':
      return [kind];
    case 'status':
      return [row.state];
    case 'age':
      return [ages.find(([, days]) => row.days <= days)?.[0] ?? 'over-365'];
    case 'rule':
      return orNone([row.rule]);
    case 'file':
      return orNone([row.path]);
    case 'tag':
      return orNone(row.tags);
    case 'cwe':
      return row.rule !== null && !row.rule_read ? ['(unread)'] : orNone(row.cwe ?? []);
    case 'owasp':
      return row.rule !== null && row.owasp === null ? ['(unread)'] : orNone(row.owasp ?? []);
    case 'author':
      return orNone([row.author]);
    case 'assignee':
      return orNone([row.assignee]);
    case 'assetType':
      return [row.asset];
    case 'project':
      return [row.project];
    default:
      return facet satisfies never;
  }
}

function qualitiesOf(row: PlainFinding, kind: string, byType: boolean): string[] {
  const names = ['security', 'reliability', 'maintainability'];
  if (kind === 'hotspot') return ['security_review'];
  if (!byType && row.axis === 'impact') {
    const touched = names.filter((_, index) => row.impacts[index] !== null);
    return touched.length === 0 ? ['unknown'] : touched;
  }
  return [{ vulnerability: 'security', bug: 'reliability', code_smell: 'maintainability' }[kind] ?? 'unknown'];
}
