import type { DeploymentState } from '../../../src/features/deployments/contract.ts';
import { day, manyOf, oneOf, positive, text } from '../../address/search.ts';

export const environmentTypes = ['production', 'pre_production', 'none'] as const;
export const deploymentStates = [
  'failed',
  'rolled_back',
  'aborted',
  'unknown',
  'running',
  'waiting',
  'succeeded',
  'skipped',
] as const satisfies readonly DeploymentState[];

interface OpenDeployment {
  /** Id of the deployment whose panel is open. */
  deployment?: number | undefined;
}

export interface RunningSearch extends OpenDeployment {
  q?: string | undefined;
  type?: (typeof environmentTypes)[number][] | undefined;
  only?: 'doubtful' | undefined;
  page?: number | undefined;
  /** Page of the environments. */
  columns?: number | undefined;
}

export function runningSearch(raw: Record<string, unknown>): RunningSearch {
  return {
    q: text(raw['q']),
    type: manyOf(raw['type'], environmentTypes),
    only: oneOf(raw['only'], ['doubtful']),
    page: positive(raw['page']),
    columns: positive(raw['columns']),
    deployment: positive(raw['deployment']),
  };
}

export interface HistorySearch extends OpenDeployment {
  q?: string | undefined;
  state?: (typeof deploymentStates)[number][] | undefined;
  /** As the delivery figures count. */
  outcome?: 'successful' | 'failed' | undefined;
  type?: (typeof environmentTypes)[number][] | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  /** A node of an org tree; left out: the organization. */
  node?: number | undefined;
  /** First and last day, both included. */
  from?: string | undefined;
  to?: string | undefined;
  page?: number | undefined;
}

export function historySearch(raw: Record<string, unknown>): HistorySearch {
  return {
    q: text(raw['q']),
    state: manyOf(raw['state'], deploymentStates),
    outcome: oneOf(raw['outcome'], ['successful', 'failed']),
    node: positive(raw['node']),
    type: manyOf(raw['type'], environmentTypes),
    service: text(raw['service']),
    environment: text(raw['environment']),
    from: day(raw['from']),
    to: day(raw['to']),
    page: positive(raw['page']),
    deployment: positive(raw['deployment']),
  };
}
