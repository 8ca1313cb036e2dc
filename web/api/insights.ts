import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  SecurityAges,
  SecurityFilters,
  SecurityFindings,
  SecurityNodes,
  SecurityResolveTimes,
  SecuritySummary,
  SecurityTargets,
  SecurityTrend,
  TargetSettings,
  TeamNumbersList,
  TopProjects,
} from '../../src/features/insights/contract.ts';
import type { ApiClient } from './client.ts';

export type SecurityParameters = Record<string, string | number | readonly (string | number)[] | undefined>;

const root = 'api/v1/insights/security';

/** While a first run goes on the numbers grow; afterwards a change on the server shows within a minute. */
const refreshMs = (data: { state: { incomplete: boolean } } | undefined): number =>
  data?.state.incomplete === true ? 3000 : 20_000;

export const summaryQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'summary', query],
    queryFn: ({ signal }) => api.get<SecuritySummary>(`${root}/summary`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const trendQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'trend', query],
    queryFn: ({ signal }) => api.get<SecurityTrend>(`${root}/trend`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const agesQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'ages', query],
    queryFn: ({ signal }) => api.get<SecurityAges>(`${root}/ages`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const targetsQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'targets', query],
    queryFn: ({ signal }) => api.get<SecurityTargets>(`${root}/targets`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const teamNumbersQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'teams', query],
    queryFn: ({ signal }) => api.get<TeamNumbersList>('api/v1/insights/teams', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const targetSettingsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['insights', 'target-settings'],
    queryFn: ({ signal }) => api.get<TargetSettings>('api/v1/insights/targets', { signal }),
  });

export const resolveTimesQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'resolve-times', query],
    queryFn: ({ signal }) => api.get<SecurityResolveTimes>(`${root}/resolve-times`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const topProjectsQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'projects', query],
    queryFn: ({ signal }) => api.get<TopProjects>(`${root}/projects`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const findingsQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'findings', query],
    queryFn: ({ signal }) => api.get<SecurityFindings>(`${root}/findings`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const nodesQuery = (api: ApiClient, query: SecurityParameters) =>
  queryOptions({
    queryKey: ['insights', 'nodes', query],
    queryFn: ({ signal }) => api.get<SecurityNodes>(`${root}/nodes`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: (current) => refreshMs(current.state.data),
  });

export const securityFiltersQuery = (
  api: ApiClient,
  query: {
    node: number | undefined;
    treeAt: string | undefined;
    branchScope: string | undefined;
    counting: string | undefined;
  },
) =>
  queryOptions({
    queryKey: ['insights', 'filters', query],
    queryFn: ({ signal }) => api.get<SecurityFilters>(`${root}/filters`, { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** Address of a CSV file with the same filters. */
export const securityCsv = (
  api: ApiClient,
  what: 'trend' | 'ages' | 'targets' | 'resolve-times' | 'projects' | 'findings',
  query: SecurityParameters,
): string => api.url(`${root}/${what}`, { ...query, page: undefined, format: 'csv' });
