import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ImportRepositories, ImportState } from '../../src/features/repositories/contract.ts';
import type { ApiClient } from './client.ts';

export const importQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['import', 'state'],
    queryFn: ({ signal }) => api.get<ImportState>('api/v1/import', { signal }),
  });

/** Page by page, as the server says where the next one begins. */
export const importRepositoriesQuery = (
  api: ApiClient,
  server: number,
  filters: { project?: string | undefined; search?: string | undefined },
) =>
  infiniteQueryOptions({
    queryKey: ['import', 'repositories', server, filters],
    queryFn: ({ signal, pageParam }) =>
      api.get<ImportRepositories>(`api/v1/import/${server}/repositories`, {
        query: { ...filters, start: pageParam },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: ({ next }: ImportRepositories) => next,
    retry: false,
    refetchOnWindowFocus: false,
  });
