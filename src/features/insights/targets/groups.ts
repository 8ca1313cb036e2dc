import type { Day } from '../../../domain/time-buckets.ts';
import type { Queryable } from '../../../platform/database/index.ts';
import type { OwnTargets, Targets } from './contract.ts';
import { held, readOrganizationTargets } from './settings.ts';
import { sameTargets, targetsOfProject } from './standing.ts';

/** Projects that have the same targets, other than those of the organization. */
export interface TargetGroup {
  projects: readonly number[];
  targets: Targets;
}

export interface TargetsInForce {
  organization: Targets;
  warnPercent: number;
  /** No project is in two of them. */
  groups: readonly TargetGroup[];
}

/** By which targets each project counts: those of now, or those that held at the end of a day. Whose a project is, is as it is now. */
export async function readTargetsInForce(db: Queryable, at: Day | null = null): Promise<TargetsInForce> {
  const { targets: organization, warnPercent } = await readOrganizationTargets(db, at);
  const groups: { projects: number[]; targets: Targets }[] = [];
  for (const [project, trees] of await readTargetsOfTeams(db, at)) {
    const targets = targetsOfProject(organization, trees);
    if (sameTargets(targets, organization)) continue;
    const group = groups.find((one) => sameTargets(one.targets, targets));
    if (group === undefined) groups.push({ projects: [project], targets });
    else group.projects.push(project);
  }
  return { organization, warnPercent, groups };
}

/** What the teams of each project have of their own or from above them, by tree; only trees that say anything. */
async function readTargetsOfTeams(db: Queryable, at: Day | null): Promise<Map<number, OwnTargets[][]>> {
  const rows = await db.query<{ project: number; teams: OwnTargets[] }>(
    `with recursive own as (
       select node_id, jsonb_object_agg(severity, days) as targets from insights.age_targets a where a.node_id <> 0 and ${held('a')} group by 1),
     down as (
       select n.id, n.tree_id, n.is_team, coalesce(o.targets, '{}') as targets
         from shared.org_nodes n left join own o on o.node_id = n.id
        where n.parent_id is null and n.tree_id in (select t.tree_id from shared.org_nodes t join own on own.node_id = t.id)
       union all
       select n.id, n.tree_id, n.is_team, d.targets || coalesce(o.targets, '{}')
         from down d join shared.org_nodes n on n.parent_id = d.id left join own o on o.node_id = n.id)
     select h.project_id as project, jsonb_agg(distinct d.targets) as teams
       from down d join insights.node_projects h on h.node_id = d.id
      where d.is_team group by h.project_id, d.tree_id having bool_or(d.targets <> '{}') order by 1`,
    [at],
    'insights targets of teams',
  );
  const byProject = new Map<number, OwnTargets[][]>();
  for (const { project, teams } of rows) byProject.set(project, [...(byProject.get(project) ?? []), teams]);
  return byProject;
}
