import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Image,
  ImageList,
  ImageQuery,
  RepositoryList,
  RepositoryQuery,
} from '../../src/features/images/contract.ts';
import type { ApiClient } from './client.ts';

/** Filters as they go into an address: lists are joined by the client. */
type Filters<Query> = { [Name in keyof Query]?: string | number | readonly (string | number)[] | undefined };

export const imagesQuery = (api: ApiClient, query: Filters<ImageQuery>) =>
  queryOptions({
    queryKey: ['images', query],
    queryFn: ({ signal }) => api.get<ImageList>('api/v1/images', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const repositoriesQuery = (api: ApiClient, query: Filters<RepositoryQuery>) =>
  queryOptions({
    queryKey: ['images', 'repositories', query],
    queryFn: ({ signal }) => api.get<RepositoryList>('api/v1/images/repositories', { query, signal }),
    placeholderData: keepPreviousData,
  });

export const imageQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ['images', 'one', id],
    queryFn: ({ signal }) => api.get<Image>(`api/v1/images/${encodeURIComponent(id)}`, { signal }),
  });
