import { queryOptions } from '@tanstack/react-query';
import type { SatelliteList } from '../../src/features/satellites/contract.ts';
import type { ApiClient } from './client.ts';

export const satellitesQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['satellites'],
    queryFn: ({ signal }) => api.get<SatelliteList>('api/v1/satellites', { signal }),
    // They come, go and fall silent by themselves.
    refetchInterval: 10_000,
  });
