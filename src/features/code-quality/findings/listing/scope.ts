import type { SeverityMappingRow } from '../../../../domain/severity.ts';
import type { Queryable } from '../../../../platform/database/index.ts';
import { requireBranch } from '../../measures/read-history.ts';
import type { FindingSeverity } from '../contract.ts';
import { readingIn, severitiesByLevel } from './listed.ts';
import { Parameters } from './statement.ts';

/** Whose findings are listed: of one branch of a project, whatever it counts in, or what counts in the organization. */
export type Scope =
  | ({ of: 'organization'; branchScope: 'main' | 'all'; counting: 'server' | 'other' } & Within)
  | { of: 'project'; projectId: number; branchId: number | null; counting: 'server' | 'other' };

/** A part of the organization; left out: all of it. */
interface Within {
  projects?: readonly number[] | null;
  integrations?: readonly number[] | null;
  exceptIntegrations?: readonly number[];
}

interface ScopeQuery extends Within {
  branch?: number | undefined;
  branchScope: 'main' | 'all';
  counting: 'server' | 'other';
}

export function organizationScope({ branchScope, counting, ...within }: ScopeQuery): Scope {
  const { projects = null, integrations = null, exceptIntegrations = [] } = within;
  return { of: 'organization', branchScope, counting, projects, integrations, exceptIntegrations };
}

/** Throws `not_found` for a project or branch there is not. */
export async function projectScope(db: Queryable, projectId: number, query: ScopeQuery): Promise<Scope> {
  const branchId = await requireBranch(db, projectId, query.branch);
  return { of: 'project', projectId, branchId, counting: query.counting };
}

/** SQL over `knownFindings`. */
export const stateOf = "case when f.deleted_at is not null then 'gone' else f.state end";
export const severityOf = "coalesce(level.severity, 'unrated')";

/** Bits of the qualities a finding touches: security 1, reliability 2, maintainability 4, a hotspot 8. */
export const qualityBits = { security: 1, reliability: 2, maintainability: 4, security_review: 8, unknown: 0 } as const;
export const qualitiesOf = `case when r.class = 'hotspot' then 8
       when place.by_impact and f.axis = 'impact' then
            case when f.impact_security is not null then 1 else 0 end + case when f.impact_reliability is not null then 2 else 0 end
            + case when f.impact_maintainability is not null then 4 else 0 end
       else case r.class when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 4 else 0 end end`;

/** The branches of a scope, and what severity each level has: read first, so that findings are read without a join. */
export interface Places {
  scope: Scope;
  /** Those whose findings count by their impacts, and by their types. */
  byImpact: readonly number[];
  byType: readonly number[];
  /** By the numbers of `listedLevels`. */
  severities: readonly FindingSeverity[];
}

export async function placesOf(db: Queryable, scope: Scope): Promise<Places> {
  const parameters = new Parameters();
  const which =
    scope.of === 'project'
      ? `b.project_id = ${parameters.add(scope.projectId, 'bigint')} and b.id = ${parameters.add(scope.branchId, 'bigint')}`
      : `b.kind = 'branch' and b.deleted_at is null and p.counts${scope.branchScope === 'main' ? ' and b.is_main' : ''}${partOf(scope, parameters)}`;
  const rows = await db.query<{ id: number; by_impact: boolean }>(
    `select b.id, ${byImpact(parameters.add(scope.counting, 'text'))} as by_impact
       from code_quality.branches b join code_quality.projects p on p.id = b.project_id
       left join code_quality.current_modes mode on mode.integration_id = p.integration_id
      where ${which}`,
    parameters.values,
  );
  const mapping = await db.query<SeverityMappingRow>(
    'select axis, raw_level as "rawLevel", severity from code_quality.severity_mapping',
  );
  const ids = (byImpact: boolean): number[] => rows.filter((row) => row.by_impact === byImpact).map(({ id }) => id);
  return { scope, byImpact: ids(true), byType: ids(false), severities: severitiesByLevel(mapping) };
}

function partOf({ projects, integrations, exceptIntegrations }: Within, parameters: Parameters): string {
  const among = (column: string, ids: readonly number[] | null | undefined): string =>
    ids === null || ids === undefined ? '' : ` and ${column} = any (${parameters.add(ids, 'bigint[]')})`;
  const left = exceptIntegrations ?? [];
  const without = left.length === 0 ? '' : ` and p.integration_id <> all (${parameters.add(left, 'bigint[]')})`;
  return `${among('p.id', projects)}${among('p.integration_id', integrations)}${without}`;
}

/** The findings of a scope: a condition on `f`, and what they count as, for `listed.ts`. */
export function findingsIn(places: Places, parameters: Parameters): { within: string; reading: string } {
  const { scope, byImpact, byType } = places;
  const typed = parameters.add(byType, 'bigint[]');
  const branches = `${typed} || ${parameters.add(byImpact, 'bigint[]')}`;
  const project = scope.of === 'project' ? `f.project_id = ${parameters.add(scope.projectId, 'bigint')} and ` : '';
  const mixed = byImpact.length > 0 && byType.length > 0;
  const byImpacts = mixed ? `f.branch_id <> all (${typed})` : String(byType.length === 0);
  return { within: `${project}f.branch_id = any (${branches})`, reading: readingIn(byImpacts) };
}

/** True where findings count by their impacts, false where by their types; `counting` is an SQL expression. */
const byImpact = (counting: string): string => `(${counting} = 'server') = (coalesce(mode.mode, 'mqr') = 'mqr')`;

/** What a finding counts as by one of its readings (class, axis, raw_level), and the line of the mapping that rates it. */
export const readingOf = (byImpacts: string, reading: string, level: string): string => `
      cross join lateral (
            select case when ${byImpacts} then f.class else f.standard_class end as class,
                   case when ${byImpacts} then f.axis else f.standard_axis end as axis,
                   case when ${byImpacts} then f.raw_level else f.standard_level end as raw_level) ${reading}
       left join code_quality.severity_mapping ${level} on ${level}.axis = ${reading}.axis and ${level}.raw_level = ${reading}.raw_level`;

/** Findings `f` that are known by their ids, each with its branch `b`, its project `p`, what it counts as (`r`) and the line of the mapping that rates it (`level`). */
export const knownFindings = (counting: string): string => `code_quality.findings f
       join code_quality.branches b on b.id = f.branch_id
       join code_quality.projects p on p.id = f.project_id
       left join code_quality.current_modes mode on mode.integration_id = p.integration_id
      cross join lateral (select ${byImpact(counting)} as by_impact) place ${readingOf('place.by_impact', 'r', 'level')}`;
