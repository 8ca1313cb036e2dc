import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { BindingDetail, BindingList, SuggestionList } from '../../src/features/repositories/contract.ts';
import type { ApiClient } from './client.ts';

interface Filters {
  search?: string | undefined;
  page?: number | undefined;
}

export const bindingsQuery = (api: ApiClient, filters: Filters) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['bindings', 'list', filters],
    queryFn: ({ signal }) => api.get<BindingList>('api/v1/bindings', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

export const bindingQuery = (api: ApiClient, id: number) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['bindings', 'one', id],
    queryFn: ({ signal }) => api.get<BindingDetail>(`api/v1/bindings/${id}`, { signal }),
  });

/** Asks SonarQube for each project of the page: not again by itself. */
export const suggestionsQuery = (api: ApiClient, filters: Filters) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['bindings', 'suggestions', filters],
    queryFn: ({ signal }) => api.get<SuggestionList>('api/v1/bindings/suggestions', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
