import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  BulkImport,
  BulkImportDetail,
  BulkImportList,
  ImportRepositories,
  ImportState,
} from '../../src/features/repositories/contract.ts';
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

const isUnderWay = ({ endedAt }: BulkImport): boolean => endedAt === null;

/** The caller’s imports of many repositories; looked at again while one is under way. */
export const bulkImportsQuery = (api: ApiClient, server: number) =>
  queryOptions({
    queryKey: ['import', 'bulk', server],
    queryFn: ({ signal }) => api.get<BulkImportList>(`api/v1/import/${server}/bulk`, { signal }),
    refetchInterval: ({ state }) => (state.data?.imports.some(isUnderWay) === true ? 3_000 : false),
  });

/** One of them, as far as it is. */
export const bulkImportQuery = (api: ApiClient, server: number, bulk: number) =>
  queryOptions({
    queryKey: ['import', 'bulk', server, bulk],
    queryFn: ({ signal }) => api.get<BulkImportDetail>(`api/v1/import/${server}/bulk/${bulk}`, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isUnderWay(state.data.import) ? 1_000 : false),
  });
