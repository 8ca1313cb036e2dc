import type { VisibleTables } from '../../platform/database/index.ts';

const ofProject = { of: 'projects', by: 'project_id' } as const;

/** What is of a project is of whom the project is. */
export const codeQualityVisible: VisibleTables = {
  'code_quality.projects': { of: 'projects', by: 'id' },
  'code_quality.branches': ofProject,
  'code_quality.analyses': ofProject,
  'code_quality.findings': ofProject,
  'code_quality.finding_past_periods': { through: 'code_quality.findings', by: 'finding_id' },
  'code_quality.gate_conditions': { through: 'code_quality.analyses', by: 'analysis_id' },
  'code_quality.measures': ofProject,
  'code_quality.new_code_values': ofProject,
  'code_quality.paths': ofProject,
  'code_quality.companions': ofProject,
  'code_quality.project_daily': ofProject,
  'code_quality.daily_changes': ofProject,
  'code_quality.daily_known': ofProject,
  'code_quality.changed_projects': ofProject,
  'code_quality.counting_modes': { of: 'integrations', by: 'integration_id' },
  'code_quality.quality_gates': { of: 'integrations', by: 'integration_id' },
  'code_quality.resolved_as': { everybody: 'is the same for all' },
  'code_quality.severity_mapping': { everybody: 'is the same for all' },
  'code_quality.metrics': { everybody: 'names what servers measure' },
  'code_quality.rules': { everybody: 'says what servers look for' },
  'code_quality.authors': { everybody: 'is reached from findings alone, by number' },
  'code_quality.tags': { everybody: 'is reached from findings alone, by number' },
};

export const codeQualitySlices = { table: 'code_quality.projects', prefix: 'project:' };

/** What of it a line from a commit to an environment goes through. */
export const codeQualityStations = { analysis: 'code_quality.analyses' } as const;

/** What of it stations of such a line lie in. */
export const codeQualityGrounds = { project: 'code_quality.projects' } as const;
