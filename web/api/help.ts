import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { HelpHits, HelpIndex, HelpPage } from '../../src/features/help/contract.ts';
import type { ApiClient } from './client.ts';

/** The documentation of this version does not change while it runs. */
const never = Number.POSITIVE_INFINITY;

export const helpIndexQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['help'],
    queryFn: ({ signal }) => api.get<HelpIndex>('api/v1/help', { signal }),
    staleTime: never,
  });

export const helpPageQuery = (api: ApiClient, name: string) =>
  queryOptions({
    queryKey: ['help', 'page', name],
    queryFn: ({ signal }) => api.get<HelpPage>('api/v1/help/page', { query: { name }, signal }),
    staleTime: never,
    retry: false,
  });

export const helpSearchQuery = (api: ApiClient, text: string) =>
  queryOptions({
    queryKey: ['help', 'search', text],
    queryFn: ({ signal }) => api.get<HelpHits>('api/v1/help/search', { query: { text }, signal }),
    enabled: text !== '',
    staleTime: never,
    placeholderData: keepPreviousData,
  });
