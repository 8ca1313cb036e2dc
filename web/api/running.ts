import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FixesList, RunningList, RunningQuery } from '../../src/features/running/contract.ts';
import type { ApiClient } from './client.ts';

type Filters = { [Name in keyof RunningQuery]?: string | number | readonly string[] | undefined };

/** What runs changes by itself: a page that is open follows it. */
const followMs = 15_000;

export const runningQuery = (api: ApiClient, query: Filters) =>
  queryOptions({
    queryKey: ['running', query],
    queryFn: ({ signal }) => api.get<RunningList>('api/v1/running', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  });

export const fixesQuery = (api: ApiClient, query: Record<string, string | number | readonly string[] | undefined>) =>
  queryOptions({
    queryKey: ['running', 'fixes', query],
    queryFn: ({ signal }) => api.get<FixesList>('api/v1/running/fixes', { query: { ...query, pageSize: 1 }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: followMs,
  });
