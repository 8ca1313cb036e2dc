import { queryOptions } from '@tanstack/react-query';
import type {
  AnalystList,
  ConnectionInfo,
  SavedQuery,
  SavedQueryList,
  SchemaDescription,
} from '../../src/features/explorer/contract.ts';
import type { ApiClient } from './client.ts';

const root = 'api/v1/explorer';

export const schemaQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'sql:read' },
    queryKey: ['explorer', 'schema'],
    queryFn: ({ signal }) => api.get<SchemaDescription>(`${root}/schema`, { signal }),
    staleTime: 60_000,
  });

export const savedQueriesQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'sql:read' },
    queryKey: ['explorer', 'queries'],
    queryFn: ({ signal }) => api.get<SavedQueryList>(`${root}/queries`, { signal }),
  });

export const savedQueryQuery = (api: ApiClient, slug: string) =>
  queryOptions({
    meta: { needs: 'sql:read' },
    queryKey: ['explorer', 'queries', slug],
    queryFn: ({ signal }) => api.get<SavedQuery>(`${root}/queries/${encodeURIComponent(slug)}`, { signal }),
    // The text in the editor is the person's; it must not change under their hands.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const analystsQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'sql:read' },
    queryKey: ['explorer', 'analysts'],
    queryFn: ({ signal }) => api.get<AnalystList>(`${root}/analysts`, { signal }),
  });

export const connectionQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'sql:read' },
    queryKey: ['explorer', 'connection'],
    queryFn: ({ signal }) => api.get<ConnectionInfo>(`${root}/connection`, { signal }),
  });
