import { queryOptions } from '@tanstack/react-query';
import type { WebhookDeliveryList, WebhookEndpointList } from '../../src/features/operations/contract.ts';
import type { ApiClient } from './client.ts';

export const webhooksQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['outgoing-webhooks'],
    queryFn: ({ signal }) => api.get<WebhookEndpointList>('api/v1/outgoing-webhooks', { signal }),
    refetchInterval: 10_000,
  });

/** `before`: only older ones. */
export const webhookDeliveriesQuery = (api: ApiClient, endpointId: number, before: number | undefined) =>
  queryOptions({
    queryKey: ['outgoing-webhooks', endpointId, 'deliveries', before],
    queryFn: ({ signal }) =>
      api.get<WebhookDeliveryList>(`api/v1/outgoing-webhooks/${endpointId}/deliveries`, { query: { before }, signal }),
    refetchInterval: 5_000,
  });
