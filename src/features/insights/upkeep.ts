import type { Upkeep } from '../../platform/database/index.ts';

export const insightsUpkeep: Upkeep = {
  leftOutOfBackups: {
    'insights.moving_nodes': 'derived',
    'insights.moving_projects': 'derived',
    'insights.node_projects': 'derived',
    'insights.node_daily': 'derived',
    'insights.present': 'derived',
    'insights.project_levels': 'derived',
    'insights.hotspots_became_vulnerabilities': 'derived',
    'insights.open_ages': 'derived',
    'insights.resolve_times': 'derived',
    'insights.resolve_days': 'derived',
  },
};
