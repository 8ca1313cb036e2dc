import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  ExecutionDetail,
  ExecutionList,
  ExecutionQuery,
  FigureDays,
  PipelineDetail,
  PipelineList,
  PipelineQuery,
} from '../../src/features/deployments/contract.ts';
import type { ApiClient } from './client.ts';

/** Filters as they go into an address: lists are joined by the client. */
type Filters<Query> = { [Name in keyof Query]?: string | number | readonly (string | number)[] | undefined };

export interface PipelineName {
  integration: string;
  organization: string;
  project: string;
  pipeline: string;
}

export const pipelinesQuery = (api: ApiClient, query: Filters<PipelineQuery>) =>
  queryOptions({
    queryKey: ['pipelines', query],
    queryFn: ({ signal }) => api.get<PipelineList>('api/v1/pipelines', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const pipelineQuery = (
  api: ApiClient,
  { integration, organization, project, pipeline }: PipelineName,
  days: FigureDays,
) =>
  queryOptions({
    queryKey: ['pipelines', 'one', integration, organization, project, pipeline, days],
    queryFn: ({ signal }) => {
      const parts = [integration, organization, project, pipeline].map(encodeURIComponent);
      return api.get<PipelineDetail>(`api/v1/pipelines/${parts.join('/')}`, { query: { days }, signal });
    },
    placeholderData: keepPreviousData,
  });

export const executionsQuery = (api: ApiClient, query: Filters<ExecutionQuery>) =>
  queryOptions({
    queryKey: ['executions', query],
    queryFn: ({ signal }) => api.get<ExecutionList>('api/v1/executions', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const executionQuery = (api: ApiClient, id: number) =>
  queryOptions({
    queryKey: ['executions', 'one', id],
    queryFn: ({ signal }) => api.get<ExecutionDetail>(`api/v1/executions/${id}`, { signal }),
  });
