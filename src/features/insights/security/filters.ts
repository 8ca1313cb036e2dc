import type { Queryable } from '../../../platform/database/index.ts';
import type { AssetType, SecurityFilters, Severity } from '../contract.ts';
import { nodeParameters, type Scope, severities } from './scope.ts';

/** Values that findings have now, in any state that is counted; hotspots count for projects and asset types. */
export async function securityFilters(tx: Queryable, scope: Scope): Promise<SecurityFilters> {
  const [, , branches] = nodeParameters(scope);
  const rows = await tx.query<{
    id: number;
    key: string;
    name: string;
    asset_type: AssetType;
    severity: Severity | null;
    n: number;
  }>(
    `with everything as (
       select node_id as project_id, class, axis, raw_level, asset_type, present from insights.present
       where node_kind = 'project' and branch_class = any($1) and class in ('vulnerability', 'hotspot')
       union all
       select project_id, class, axis, raw_level, asset_type, opened - closed from code_quality.daily_changes
       where branch_class = any($1) and class in ('vulnerability', 'hotspot'))
     select p.id, p.source_key as key, p.name, e.asset_type,
            case when e.class = 'vulnerability' then coalesce(m.severity, 'unrated') end as severity, sum(e.present)::bigint as n
     from everything e join code_quality.projects p on p.id = e.project_id
     left join code_quality.severity_mapping m on m.axis = e.axis and m.raw_level = e.raw_level
     group by p.id, e.asset_type, 5 having sum(e.present) > 0
     order by p.name, p.id`,
    [branches],
  );
  const projects = new Map<number, SecurityFilters['projects'][number]>();
  const bySeverity = new Map<Severity, number>();
  const byAsset = new Map<AssetType, number>();
  for (const row of rows) {
    const project = projects.get(row.id) ?? { id: row.id, key: row.key, name: row.name, findings: 0 };
    project.findings += row.n;
    projects.set(row.id, project);
    byAsset.set(row.asset_type, (byAsset.get(row.asset_type) ?? 0) + row.n);
    if (row.severity !== null) bySeverity.set(row.severity, (bySeverity.get(row.severity) ?? 0) + row.n);
  }
  return {
    projects: [...projects.values()],
    severities: severities
      .filter((severity) => bySeverity.has(severity))
      .map((severity) => ({ severity, findings: bySeverity.get(severity) ?? 0 })),
    assetTypes: [...byAsset].map(([assetType, findings]) => ({ assetType, findings })),
  };
}
