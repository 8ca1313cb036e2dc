import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Project, ProjectHistory, ProjectList, ProjectQuery } from '../../src/features/code-quality/contract.ts';
import type { ApiClient } from './client.ts';

/** Filters as they go into an address: lists are joined by the client. */
type Filters<Query> = { [Name in keyof Query]?: string | number | readonly (string | number)[] | undefined };

export const projectsQuery = (
  api: ApiClient,
  filters: Filters<Omit<ProjectQuery, 'format'>> & { text?: string | undefined },
) => {
  const { text, ...rest } = filters;
  const query = { ...rest, search: text };
  return queryOptions({
    queryKey: ['projects', query],
    queryFn: ({ signal }) => api.get<ProjectList>('api/v1/projects', { query, signal }),
    placeholderData: keepPreviousData,
  });
};

export const projectQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: ['projects', 'one', id],
    queryFn: ({ signal }) => api.get<Project>(`api/v1/projects/${encodeURIComponent(id)}`, { signal }),
  });

export const historyQuery = (
  api: ApiClient,
  id: string,
  query: {
    metrics: readonly string[];
    branch?: number | undefined;
    from?: string | undefined;
    to?: string | undefined;
  },
) =>
  queryOptions({
    queryKey: ['projects', 'history', id, query],
    queryFn: ({ signal }) =>
      api.get<ProjectHistory>(`api/v1/projects/${encodeURIComponent(id)}/history`, { query, signal }),
    placeholderData: keepPreviousData,
  });
