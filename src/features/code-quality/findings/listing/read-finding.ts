import type { Queryable } from '../../../../platform/database/index.ts';
import { PlumblineError } from '../../../../platform/errors/index.ts';
import type { Finding, FindingDetail, FindingRule, FindingSeverity, FindingType } from '../contract.ts';
import { historyOf, type PeriodRow } from './history.ts';
import { readFindings } from './read-findings.ts';
import { knownFindings, readingOf, type Scope, stateOf } from './scope.ts';

/** One finding with its rule, its history and why it has its level. Throws `not_found`. */
export async function readFinding(db: Queryable, id: number, counting: Scope['counting']): Promise<FindingDetail> {
  const [finding] = await readFindings(db, [id], counting);
  const row = await db.maybeOne<DetailRow>(detailStatement, [id, counting]);
  if (finding === undefined || row === undefined)
    throw new PlumblineError('not_found', { message: 'There is no such finding.' });
  const periods = await db.query<PeriodRow>(periodsStatement, [id, row.by_impact]);
  return {
    ...finding,
    integration: row.integration === null ? null : { id: row.integration_id, name: row.integration },
    rules: row.rule,
    standing: row.standing,
    history: historyOf(periods, row),
    level: levelOf(finding, row),
  };
}

interface DetailRow {
  integration_id: number;
  integration: string | null;
  standing: FindingDetail['standing'];
  rule: FindingRule | null;
  mode: 'mqr' | 'standard';
  told: boolean;
  by_impact: boolean;
  impact_security: string | null;
  impact_reliability: string | null;
  impact_maintainability: string | null;
  type: string | null;
  severity: string | null;
  vulnerability_probability: string | null;
  mapped: FindingSeverity | null;
  other_class: FindingType;
  other_level: string;
  other_severity: FindingSeverity;
  opened_at: Date;
  closed_at: Date | null;
  deleted_at: Date | null;
  state: Finding['state'];
}

const detailStatement = `
  select f.integration_id, i.name as integration,
         case when f.deleted_at is not null then 'gone' when b.kind <> 'branch' then 'pull_request' when p.deleted_at is not null then 'project_gone'
              when p.left_scope_at is not null then 'out_of_scope' when p.duplicate_of is not null then 'duplicate'
              when b.deleted_at is not null then 'branch_gone' else 'counts' end as standing,
         case when rule.id is not null then jsonb_build_object(
              'key', rule.source_key, 'name', rule.name, 'language', rule.language, 'type', rule.type, 'severity', rule.severity, 'tags', rule.tags,
              'cwe', rule.cwe, 'owasp', rule.owasp, 'isExternal', rule.is_external, 'read', rule.row_hash is not null, 'sections', rule.description) end as rule,
         coalesce(mode.mode, 'mqr') as mode, coalesce(mode.told, false) as told, place.by_impact,
         f.impact_security, f.impact_reliability, f.impact_maintainability, f.type, f.severity, f.vulnerability_probability,
         level.severity as mapped, other.class as other_class, other.raw_level as other_level, coalesce(other_level.severity, 'unrated') as other_severity,
         f.opened_at, f.closed_at, f.deleted_at, ${stateOf} as state
    from ${knownFindings('$2::text')} ${readingOf('not place.by_impact', 'other', 'other_level')}
    left join code_quality.rules rule on rule.id = f.rule_id
    left join shared.integrations i on i.id = f.integration_id
   where f.id = $1`;

/** Every period, the earlier ones first, as the mode in force reads them. */
const periodsStatement = `
  select x.from_at, x.to_at, x.state, x.class, x.raw_level, x.ended_by, coalesce(level.severity, 'unrated') as severity
    from (
      select from_at, to_at, state, ended_by, case when $2 then class else standard_class end as class,
             case when $2 then axis else standard_axis end as axis, case when $2 then raw_level else standard_level end as raw_level
        from code_quality.finding_past_periods where finding_id = $1
      union all
      select period_from, period_to, coalesce(counted_state, state), null, case when $2 then class else standard_class end,
             case when $2 then axis else standard_axis end, case when $2 then raw_level else standard_level end
        from code_quality.findings where id = $1) x
    left join code_quality.severity_mapping level on level.axis = x.axis and level.raw_level = x.raw_level
   order by x.from_at, x.to_at nulls last`;

function levelOf(finding: Finding, row: DetailRow): FindingDetail['level'] {
  const impacts = [
    { quality: 'security', level: row.impact_security },
    { quality: 'reliability', level: row.impact_reliability },
    { quality: 'maintainability', level: row.impact_maintainability },
  ] as const;
  return {
    mode: row.mode,
    told: row.told,
    impacts: impacts.flatMap(({ quality, level }) => (level === null ? [] : [{ quality, level }])),
    serverType: row.type,
    serverSeverity: row.severity,
    probability: row.vulnerability_probability,
    mapping:
      row.mapped === null ? null : { axis: finding.severitySource, level: finding.sourceLevel, severity: row.mapped },
    otherwise: { type: row.other_class, severity: row.other_severity, sourceLevel: row.other_level },
  };
}
