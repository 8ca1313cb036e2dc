import type { Route } from '../access/index.ts';
import { deliveryRoutes } from './deployed/delivery/routes.ts';
import { deployedRoutes, type DeployedOptions } from './deployed/routes.ts';
import { pipelineRoutes } from './pipelines/routes.ts';

export { countDeployments, type DeploymentCount } from './deployed/read.ts';
export { deriveAgainReaction } from './deployed/from-harness/again.ts';
export { deploymentChanges } from './changes.ts';
export { deploymentsData } from './integration-data.ts';
export { deploymentMetrics } from './metrics.ts';
export { harnessSink } from './sink.ts';

/** What was deployed where, what runs where now, and what Harness ran. */
export const deploymentRoutes = (options: DeployedOptions): Route[] => [
  ...deployedRoutes(options),
  ...deliveryRoutes(options),
  ...pipelineRoutes(options),
];
