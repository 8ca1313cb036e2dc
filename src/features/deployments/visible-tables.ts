import type { VisibleTables } from '../../platform/database/index.ts';

const scopeOf = "concat_ws('/', nullif(l.organization, ''), nullif(l.project, ''))";

/**
 * A deployment is of whom its service is, wherever it runs and whoever started it; an execution of whom its pipeline is. What
 * pipelines report themselves has a service by name only, and is nobody's.
 */
export const deploymentsVisible: VisibleTables = {
  'deployments.services': { of: 'services', by: 'id' },
  'deployments.pipelines': { of: 'pipelines', by: 'id' },
  'deployments.environments': { of: 'environments', by: 'id' },
  'deployments.levels': { of: 'integrations', by: 'integration_id' },
  'deployments.places': {
    where: `exists (select from deployments.services s join deployments.levels l on l.id = s.level_id
      where s.integration_id = places.integration_id and s.source_key = places.service and ${scopeOf} = places.service_scope)`,
  },
  'deployments.deployments': { through: 'deployments.places', by: 'place_id' },
  'deployments.executions': {
    where: `exists (select from deployments.pipelines p join deployments.levels l on l.id = p.level_id
      where p.integration_id = executions.integration_id and p.source_key = executions.pipeline
        and l.organization = executions.organization and l.project = executions.project)`,
  },
  'deployments.execution_stages': { through: 'deployments.executions', by: 'execution_id' },
  'deployments.execution_commits': { through: 'deployments.executions', by: 'execution_id' },
  'deployments.execution_artifacts': { through: 'deployments.executions', by: 'execution_id' },
  'deployments.execution_deployments': { through: 'deployments.executions', by: 'execution_id' },
  'deployments.stage_outcomes': {
    where: `exists (select from deployments.executions e
      where e.integration_id = stage_outcomes.integration_id and e.source_key = stage_outcomes.execution)`,
  },
  'deployments.derivation': { everybody: 'says whether deployments are whole' },
  'deployments.settings': { everybody: 'says how deployments are counted' },
};

/** Where services run. */
export const deploymentPlaces = 'deployments.places';

/** What of it a line from a commit to an environment goes through. */
export const deploymentStations = {
  execution: 'deployments.executions',
  deployment: 'deployments.deployments',
} as const;
