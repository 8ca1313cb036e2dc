import { isOf, type VisibleTables } from '../../platform/database/index.ts';

const ofTeam = { of: 'nodes', by: 'team_id' } as const;
const inSight = (column: string): string => `(${isOf('nodes', column)} or ${isOf('ancestors', column)})`;

/** Of a tree, who works in a part of it sees that part, and by their names the nodes on the way up. */
export const teamsVisible: VisibleTables = {
  'teams.org_trees': { of: 'trees', by: 'id' },
  'teams.tree_periods': { of: 'trees', by: 'tree_id' },
  'teams.nodes': { where: inSight('id') },
  'teams.node_periods': { where: inSight('node_id') },
  'teams.memberships': { where: `${isOf('nodes', 'node_id')} and ${isOf('people', 'person_id')}` },
  'teams.people': { of: 'people', by: 'id' },
  'teams.person_periods': { of: 'people', by: 'person_id' },
  'teams.identities': { of: 'people', by: 'person_id' },
  'teams.people_state': { everybody: 'names the attributes that people have' },
  'teams.project_rules': ofTeam,
  'teams.thing_rules': ofTeam,
  'teams.team_projects': { where: `${isOf('nodes', 'team_id')} and ${isOf('projects', 'project_id')}` },
  'teams.team_things': ofTeam,
  'teams.integration_choices': {
    where: `${isOf('trees', 'tree_id')} and (team_id is null or ${isOf('nodes', 'team_id')})`,
  },
};
