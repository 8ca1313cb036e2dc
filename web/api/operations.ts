import { queryOptions } from '@tanstack/react-query';
import type { Installation, ProcessList, Retention, Rotation } from '../../src/features/operations/contract.ts';
import type { ApiClient } from './client.ts';

export const processesQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'settings:read' },
    queryKey: ['processes'],
    queryFn: ({ signal }) => api.get<ProcessList>('api/v1/processes', { signal }),
    refetchInterval: 10_000,
  });

export const installationQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'settings:read' },
    queryKey: ['installation'],
    queryFn: ({ signal }) => api.get<Installation>('api/v1/installation', { signal }),
    staleTime: 60_000,
  });

export const rotationQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'settings:read' },
    queryKey: ['rotation'],
    queryFn: ({ signal }) => api.get<Rotation>('api/v1/vault/rotation', { signal }),
    // Quickly while it runs, because a person waits.
    refetchInterval: (query) => (query.state.data === undefined || query.state.data.phase === 'idle' ? false : 1_000),
  });

export const retentionQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'settings:read' },
    queryKey: ['retention'],
    queryFn: ({ signal }) => api.get<Retention>('api/v1/retention', { signal }),
  });
