import { queryOptions } from '@tanstack/react-query';
import type { Located } from '../../src/features/code-quality/contract.ts';
import type { ApiClient } from './client.ts';

/** What a pasted issue key or commit is about. */
export const locatedQuery = (api: ApiClient, text: string) =>
  queryOptions({
    queryKey: ['located', text],
    queryFn: ({ signal }) => api.get<Located>('api/v1/located', { query: { text }, signal }),
    staleTime: 10_000,
    retry: false,
  });
