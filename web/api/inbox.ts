import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { DeliveryDetail, DeliveryList, InboxState, SentList } from '../../src/features/inbox/contract.ts';
import type { ApiClient } from './client.ts';

const ofIntegration = (id: string): string => `api/v1/integrations/${encodeURIComponent(id)}`;

export const inboxQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ['inbox', 'state', id],
    queryFn: ({ signal }) => api.get<InboxState>(`${ofIntegration(id)}/inbox`, { signal }),
    refetchInterval: 10_000,
  });

export interface DeliveryFilters {
  state: string | undefined;
  event: string | undefined;
  text: string | undefined;
  page: number;
}

export const deliveriesQuery = (api: ApiClient, id: string, filters: DeliveryFilters) =>
  queryOptions({
    queryKey: ['inbox', 'deliveries', id, filters],
    queryFn: ({ signal }) =>
      api.get<DeliveryList>(`${ofIntegration(id)}/deliveries`, { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });

export const deliveryQuery = (api: ApiClient, id: string, delivery: number) =>
  queryOptions({
    queryKey: ['inbox', 'delivery', id, delivery],
    queryFn: ({ signal }) => api.get<DeliveryDetail>(`${ofIntegration(id)}/deliveries/${delivery}`, { signal }),
    // A replayed one ends in a moment.
    refetchInterval: (query) => (query.state.data?.delivery.state === 'waiting' ? 1_000 : false),
  });

export const sentQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ['inbox', 'sent', id],
    queryFn: ({ signal }) => api.get<SentList>(`${ofIntegration(id)}/sent-deliveries`, { signal }),
  });
