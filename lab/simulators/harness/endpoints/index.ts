import type { Endpoint } from '../call.ts';
import { accountEndpoints } from './accounts.ts';
import { executionEndpoints } from './executions.ts';
import { pipelineEndpoints } from './pipelines.ts';
import { placeEndpoints } from './places.ts';
import { serviceEndpoints } from './services.ts';

export const endpoints: readonly Endpoint[] = [
  ...accountEndpoints,
  ...placeEndpoints,
  ...pipelineEndpoints,
  ...executionEndpoints,
  ...serviceEndpoints,
];
