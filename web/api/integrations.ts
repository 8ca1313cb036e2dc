import { queryOptions } from '@tanstack/react-query';
import type {
  ConnectorList,
  DeletionPreview,
  EndpointList,
  IntegrationAnswer,
  IntegrationList,
  NetworkPage,
} from '../../src/features/integrations/contract.ts';
import type { ApiClient } from './client.ts';

/** `text`: part of the name or of a tag. */
export const integrationsQuery = (api: ApiClient, filters: { text?: string | undefined }) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['integrations', filters],
    queryFn: ({ signal }) => api.get<IntegrationList>('api/v1/integrations', { query: filters, signal }),
    // Rows that are being deleted go by themselves; health changes with runs.
    refetchInterval: 10_000,
  });

export const integrationQuery = (api: ApiClient, id: string) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['integrations', 'one', id],
    queryFn: async ({ signal }) =>
      (await api.get<{ integration: IntegrationAnswer }>(`api/v1/integrations/${encodeURIComponent(id)}`, { signal }))
        .integration,
  });

export const connectorsQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['connectors'],
    queryFn: ({ signal }) => api.get<ConnectorList>('api/v1/connectors', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const endpointsQuery = (api: ApiClient, id: string) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['integrations', 'endpoints', id],
    queryFn: ({ signal }) =>
      api.get<EndpointList>(`api/v1/integrations/${encodeURIComponent(id)}/endpoints`, { signal }),
  });

export const deletionPreviewQuery = (api: ApiClient, id: string) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['integrations', 'deletion-preview', id],
    queryFn: ({ signal }) =>
      api.get<DeletionPreview>(`api/v1/integrations/${encodeURIComponent(id)}/deletion-preview`, { signal }),
    gcTime: 0,
  });

export const networkQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['network'],
    queryFn: ({ signal }) => api.get<NetworkPage>('api/v1/network', { signal }),
  });
