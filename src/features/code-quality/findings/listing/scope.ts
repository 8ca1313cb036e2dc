import type { Queryable } from '../../../../platform/database/index.ts';
import { requireBranch } from '../../measures/read-history.ts';
import type { FindingSeverity } from '../contract.ts';
import { Parameters } from './statement.ts';

/** Whose findings are listed: of one branch of a project, whatever it counts in, or what counts in the organization. */
export type Scope =
  | { of: 'organization'; branchScope: 'main' | 'all'; counting: 'server' | 'other' }
  | { of: 'project'; projectId: number; branchId: number | null; counting: 'server' | 'other' };

interface ScopeQuery {
  branch?: number | undefined;
  branchScope: 'main' | 'all';
  counting: 'server' | 'other';
}

export function organizationScope({ branchScope, counting }: ScopeQuery): Scope {
  return { of: 'organization', branchScope, counting };
}

/** Throws `not_found` for a project or branch there is not. */
export async function projectScope(db: Queryable, projectId: number, query: ScopeQuery): Promise<Scope> {
  const branchId = await requireBranch(db, projectId, query.branch);
  return { of: 'project', projectId, branchId, counting: query.counting };
}

/** From the least to the worst; what the mapping does not know comes before. */
const severityRanks: readonly FindingSeverity[] = ['low', 'medium', 'high', 'critical'];
export const severityRank = `coalesce(array_position(array[${severityRanks.map((name) => `'${name}'`).join(', ')}], level.severity), 0)`;

/** SQL over the columns of `findingsIn`. */
export const stateOf = "case when f.deleted_at is not null then 'gone' else f.state end";
export const severityOf = "coalesce(level.severity, 'unrated')";

/** Bits of the qualities a finding touches: security 1, reliability 2, maintainability 4, a hotspot 8. */
export const qualityBits = { security: 1, reliability: 2, maintainability: 4, security_review: 8, unknown: 0 } as const;
export const qualitiesOf = `case when r.class = 'hotspot' then 8
       when place.by_impact and f.axis = 'impact' then
            case when f.impact_security is not null then 1 else 0 end + case when f.impact_reliability is not null then 2 else 0 end
            + case when f.impact_maintainability is not null then 4 else 0 end
       else case r.class when 'vulnerability' then 1 when 'bug' then 2 when 'code_smell' then 4 else 0 end end`;

/**
 * The findings of a scope as `f`, each with its branch (`place`), what it counts as (`r`: class, axis, raw_level) and
 * the line of the mapping that rates it (`level`). Conditions follow after `where true`.
 *
 * The branches are found first, apart: the planner, which does not know that they and their projects go together, would
 * take the findings of thousands of them for a handful, and look up each by itself.
 */
export function findingsIn(scope: Scope, parameters: Parameters): { places: string; from: string } {
  const project = scope.of === 'project' ? parameters.add(scope.projectId, 'bigint') : '';
  const branch = scope.of === 'project' ? parameters.add(scope.branchId, 'bigint') : '';
  const which =
    scope.of === 'project'
      ? `b.project_id = ${project} and b.id = ${branch}`
      : `b.kind = 'branch' and b.deleted_at is null and p.counts${scope.branchScope === 'main' ? ' and b.is_main' : ''}`;
  const places = `place as materialized (
       select b.id, ${byImpact(parameters.add(scope.counting, 'text'))} as by_impact
         from code_quality.branches b join code_quality.projects p on p.id = b.project_id
         left join code_quality.current_modes mode on mode.integration_id = p.integration_id
        where ${which})`;
  const from = `code_quality.findings f
       join place on place.id = f.branch_id ${readingOf('place.by_impact', 'r', 'level')}
      where ${scope.of === 'project' ? `f.project_id = ${project} and f.branch_id = ${branch}` : 'true'}`;
  return { places, from };
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

/** Findings `f` that are known by their ids, with the same names as in `findingsIn`, their branch `b` and project `p`. */
export const knownFindings = (counting: string): string => `code_quality.findings f
       join code_quality.branches b on b.id = f.branch_id
       join code_quality.projects p on p.id = f.project_id
       left join code_quality.current_modes mode on mode.integration_id = p.integration_id
      cross join lateral (select ${byImpact(counting)} as by_impact) place ${readingOf('place.by_impact', 'r', 'level')}`;
