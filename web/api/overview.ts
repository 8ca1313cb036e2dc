import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Overview } from '../../src/features/overview/contract.ts';
import type { ApiClient } from './client.ts';

export const overviewQuery = (api: ApiClient, node: number | undefined) =>
  queryOptions({
    meta: { needs: 'insights:read' },
    queryKey: ['overview', node],
    queryFn: ({ signal }) => api.get<Overview>('api/v1/overview', { query: { node }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
