import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  LeftCompanionQuery,
  LeftCompanions,
  PullRequestDetail,
  PullRequestList,
  PullRequestQuery,
  ReportFindingList,
} from '../../src/features/reports/contract.ts';
import type { ApiClient } from './client.ts';

/** Filters as they go into an address: lists are joined by the client. */
type Filters<Query> = { [Name in keyof Query]?: string | number | readonly (string | number)[] | undefined };

/** Reports change by themselves: a page that is open follows them. */
const followMs = 10_000;

export const pullRequestsQuery = (api: ApiClient, query: Filters<PullRequestQuery>) =>
  queryOptions({
    queryKey: ['pull-requests', 'list', query],
    queryFn: ({ signal }) => api.get<PullRequestList>('api/v1/pull-requests', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  });

export const pullRequestQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ['pull-requests', 'one', id],
    queryFn: ({ signal }) => api.get<PullRequestDetail>(`api/v1/pull-requests/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: followMs,
  });

/** A deletion is tried again within minutes at the earliest. */
export const leftCompanionsQuery = (api: ApiClient, query: Filters<LeftCompanionQuery>) =>
  queryOptions({
    meta: { needs: 'organization' },
    queryKey: ['pull-requests', 'left companions', query],
    queryFn: ({ signal }) => api.get<LeftCompanions>('api/v1/companions/left', { query, signal }),
    refetchInterval: 60_000,
  });

export const reportFindingsQuery = (api: ApiClient, id: string, query: { report: number; page: number }) =>
  queryOptions({
    queryKey: ['pull-requests', 'findings', id, query],
    queryFn: ({ signal }) =>
      api.get<ReportFindingList>(`api/v1/pull-requests/${encodeURIComponent(id)}/findings`, { query, signal }),
    placeholderData: keepPreviousData,
  });
