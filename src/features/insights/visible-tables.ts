import { isOf, type VisibleTables } from '../../platform/database/index.ts';

/** A sum is of who may see all that it is made of: those of the organization are nobody's who sees some projects only. */
const ofNode = {
  where: `(node_kind = 'project' and ${isOf('projects', 'node_id')}) or (node_kind = 'tree_node' and ${isOf('nodes', 'node_id')})`,
};

export const insightsVisible: VisibleTables = {
  'insights.node_daily': ofNode,
  'insights.present': ofNode,
  'insights.open_ages': ofNode,
  'insights.resolve_times': ofNode,
  'insights.resolve_days': ofNode,
  'insights.age_settings': { everybody: 'says how ages are judged' },
  // Of the organization (0), and of nodes above, which are inherited.
  'insights.age_targets': { where: `node_id = 0 or ${isOf('nodes', 'node_id')} or ${isOf('ancestors', 'node_id')}` },
  'insights.project_levels': { of: 'projects', by: 'project_id' },
  'insights.hotspots_became_vulnerabilities': { of: 'projects', by: 'project_id' },
  'insights.moving_nodes': { where: isOf('nodes', 'node_id') },
  'insights.node_projects': { where: `${isOf('nodes', 'node_id')} and ${isOf('projects', 'project_id')}` },
};
