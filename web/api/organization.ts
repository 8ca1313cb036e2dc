import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AccountList,
  OrgTreeList,
  PeopleList,
  PersonDetail,
  TreeDetail,
  TreeDifference,
  TreePeople,
  Upload,
} from '../../src/features/teams/contract.ts';
import type { ApiClient } from './client.ts';

interface Filters {
  search?: string | undefined;
  page?: number | undefined;
}

export const peopleQuery = (api: ApiClient, filters: Filters) =>
  queryOptions({
    queryKey: ['people', 'list', filters],
    queryFn: ({ signal }) => api.get<PeopleList>('api/v1/people', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

export const personQuery = (api: ApiClient, id: number) =>
  queryOptions({
    queryKey: ['people', 'one', id],
    queryFn: ({ signal }) => api.get<PersonDetail>(`api/v1/people/${id}`, { signal }),
  });

export const accountsQuery = (api: ApiClient, filters: Filters & { proposed: boolean }) =>
  queryOptions({
    queryKey: ['people', 'accounts', filters],
    queryFn: ({ signal }) => api.get<AccountList>('api/v1/identities/proposals', { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

/** Sends a file as it is. */
export async function sendPeople(api: ApiClient, file: File, signal?: AbortSignal): Promise<Upload> {
  const init = { method: 'POST', body: file, headers: { 'content-type': 'text/csv' }, ...(signal ? { signal } : {}) };
  const answer = await api.open(api.url('api/v1/people/uploads'), init);
  return ((await answer.json()) as { upload: Upload }).upload;
}

export const treesQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['org-trees', 'list'],
    queryFn: ({ signal }) => api.get<OrgTreeList>('api/v1/org-trees', { signal }),
  });

export const treeQuery = (api: ApiClient, id: number, at?: string) =>
  queryOptions({
    queryKey: ['org-trees', 'one', id, at],
    queryFn: ({ signal }) => api.get<TreeDetail>(`api/v1/org-trees/${id}`, { query: { at }, signal }),
    placeholderData: keepPreviousData,
  });

export const differenceQuery = (api: ApiClient, id: number) =>
  queryOptions({
    queryKey: ['org-trees', 'difference', id],
    queryFn: ({ signal }) => api.get<TreeDifference>(`api/v1/org-trees/${id}/difference`, { signal }),
  });

export const treePeopleQuery = (
  api: ApiClient,
  id: number,
  filters: { node?: number | undefined; unmapped?: boolean; at?: string | undefined; page?: number | undefined },
) =>
  queryOptions({
    queryKey: ['org-trees', 'people', id, filters],
    queryFn: ({ signal }) => api.get<TreePeople>(`api/v1/org-trees/${id}/people`, { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });
