import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  BriefVerdicts,
  EnvironmentList,
  MappingList,
  PolicyOverview,
  PolicyTrend,
  ResultList,
  VerdictDetail,
} from '../../src/features/policy/contract.ts';
import type { ApiClient } from './client.ts';

export const policyQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'policy:read' },
    queryKey: ['policy', 'overview'],
    queryFn: ({ signal }) => api.get<PolicyOverview>('api/v1/policy', { signal }),
    refetchInterval: 10_000,
  });

export const policyTrendQuery = (api: ApiClient, days: number) =>
  queryOptions({
    meta: { needs: 'policy:read' },
    queryKey: ['policy', 'trend', days],
    queryFn: ({ signal }) => api.get<PolicyTrend>('api/v1/policy/trend', { query: { days }, signal }),
    placeholderData: keepPreviousData,
  });

export interface ResultFilters {
  status?: readonly string[] | undefined;
  reason?: readonly string[] | undefined;
  search?: string | undefined;
  since?: string | undefined;
  node?: number | undefined;
  asOf?: string | undefined;
  page?: number | undefined;
}

export const resultsQuery = (api: ApiClient, filters: ResultFilters) =>
  queryOptions({
    meta: { needs: 'images:read' },
    queryKey: ['policy', 'results', filters],
    queryFn: ({ signal }) => api.get<ResultList>('api/v1/policy/results', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const verdictQuery = (api: ApiClient, imageId: string) =>
  queryOptions({
    meta: { needs: 'policy:read' },
    queryKey: ['policy', 'verdict', imageId],
    queryFn: ({ signal }) => api.get<VerdictDetail>(`api/v1/policy/images/${encodeURIComponent(imageId)}`, { signal }),
    refetchInterval: 10_000,
    retry: false,
  });

export const briefVerdictsQuery = (api: ApiClient, ids: readonly number[], asOf?: string) =>
  queryOptions({
    meta: { needs: 'images:read' },
    queryKey: ['policy', 'brief', ids, asOf],
    queryFn: ({ signal }) => api.get<BriefVerdicts>('api/v1/policy/verdicts', { query: { ids, asOf }, signal }),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const mappingsQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'policy:read' },
    queryKey: ['policy', 'mappings'],
    queryFn: ({ signal }) => api.get<MappingList>('api/v1/policy/mappings', { signal }),
  });

export const environmentsQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'policy:read' },
    queryKey: ['policy', 'environments'],
    queryFn: ({ signal }) => api.get<EnvironmentList>('api/v1/policy/environments', { signal }),
  });
