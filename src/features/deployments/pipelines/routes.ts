import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { listExecutions, readExecution } from './executions.ts';
import { listPipelines, readPipeline } from './list.ts';

const read = { permission: 'deployments:read', scope: 'rows', tag: 'Pipelines' } as const;

/** Pipelines of Harness and what they ran. */
export function pipelineRoutes({ db }: { db: Database }): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/pipelines',
      summary: 'Lists pipelines with how often they ended well and how long they take.',
      query: contract.PipelineQuery,
      response: contract.PipelineList,
      handle: ({ query }) => listPipelines(db, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/pipelines/:integration/:organization/:project/:pipeline',
      summary: 'Shows one pipeline, day by day.',
      errors: ['pipeline_not_found'],
      params: contract.PipelineParams,
      query: contract.PipelineDetailQuery,
      response: contract.PipelineDetail,
      handle: ({ params: { integration, ...key }, query }) =>
        readPipeline(db, { integrationId: integration, ...key }, Number(query.days)),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/executions',
      summary: 'Lists what ran in Harness, the newest first.',
      query: contract.ExecutionQuery,
      response: contract.ExecutionList,
      handle: ({ query }) => listExecutions(db, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/executions/:id',
      summary: 'Shows one execution with its stages, what it built and what it deployed.',
      errors: ['execution_not_found'],
      params: contract.ExecutionParams,
      response: contract.ExecutionDetail,
      handle: ({ params }) => readExecution(db, params.id),
    }),
  ];
}
