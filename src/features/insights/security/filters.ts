import type { Queryable } from '../../../platform/database/index.ts';
import type { AssetType, SecurityFilters, Severity } from '../contract.ts';
import { presentByLevel } from './counts.ts';
import { type Scope, severities } from './scope.ts';

/** Values that findings have now, in any state that is counted; hotspots count for projects and asset types. */
export async function securityFilters(tx: Queryable, scope: Scope): Promise<SecurityFilters> {
  const projects = await tx.query<SecurityFilters['projects'][number]>(
    `with everything as (
       select project_id, total from insights.project_levels where counting = $2 and branch_class = any($1) and ($3::bigint[] is null or project_id = any($3))
       union all
       select project_id, opened - closed from shared.daily_changes
       where counting = $2 and part = 'all' and class in ('vulnerability', 'hotspot') and branch_class = any($1)
         and ($3::bigint[] is null or project_id = any($3))),
     counted as (
       select project_id, sum(total) as findings from everything group by 1 having sum(total) > 0)
     select p.id, p.source_key as key, p.name, c.findings
     from counted c join shared.projects p on p.id = c.project_id order by p.name, p.id`,
    [scope.branchClasses, scope.counting, scope.projects],
    'insights filters',
  );
  const bySeverity = new Map<Severity, number>();
  const byAsset = new Map<AssetType, number>();
  for (const row of await presentByLevel(tx, scope)) {
    byAsset.set(row.asset_type, (byAsset.get(row.asset_type) ?? 0) + row.present);
    if (row.class !== 'vulnerability') continue;
    bySeverity.set(row.severity, (bySeverity.get(row.severity) ?? 0) + row.present);
  }
  return {
    projects,
    severities: severities
      .map((severity) => ({ severity, findings: bySeverity.get(severity) ?? 0 }))
      .filter((entry) => entry.findings > 0),
    assetTypes: [...byAsset]
      .map(([assetType, findings]) => ({ assetType, findings }))
      .filter((entry) => entry.findings > 0),
  };
}
