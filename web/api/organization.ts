import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AccountList,
  NodePlace,
  OrgTreeList,
  Ownership as ProjectOwnership,
  PeopleList,
  PersonDetail,
  Sections,
  TeamProjects,
  TeamThings,
  ThingKind,
  ThingOwnership,
  TreeDetail,
  TreeDifference,
  TreePeople,
  Upload,
} from '../../src/features/teams/contract.ts';
import type { ApiClient } from './client.ts';
import { fetchThatTells } from './sending.ts';

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

/** Sends a file as it is, and tells how much of it is on its way. */
export async function sendPeople(api: ApiClient, file: File, tell: (bytes: number) => void): Promise<Upload> {
  const init = { method: 'POST', body: file, headers: { 'content-type': 'text/csv' } };
  const answer = await api.open(api.url('api/v1/people/uploads'), init, fetchThatTells(tell));
  return ((await answer.json()) as { upload: Upload }).upload;
}

export const treesQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['org-trees', 'list'],
    queryFn: ({ signal }) => api.get<OrgTreeList>('api/v1/org-trees', { signal }),
  });

/** Where a node stands, or stood at the end of a day. */
export const nodePlaceQuery = (api: ApiClient, id: number, treeAt: string | undefined) =>
  queryOptions({
    queryKey: ['org-trees', 'node', id, treeAt],
    queryFn: ({ signal }) => api.get<NodePlace>(`api/v1/org-nodes/${id}`, { query: { treeAt }, signal }),
    placeholderData: keepPreviousData,
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

export const sectionsQuery = (api: ApiClient, team: number) =>
  queryOptions({
    queryKey: ['org-trees', 'sections', team],
    queryFn: ({ signal }) => api.get<Sections>(`api/v1/teams/${team}/integrations`, { signal }),
  });

export const treeSectionsQuery = (api: ApiClient, tree: number) =>
  queryOptions({
    queryKey: ['org-trees', 'tree-sections', tree],
    queryFn: ({ signal }) => api.get<Sections>(`api/v1/org-trees/${tree}/integrations`, { signal }),
  });

export const teamProjectsQuery = (api: ApiClient, team: number) =>
  queryOptions({
    queryKey: ['org-trees', 'team-projects', team],
    queryFn: ({ signal }) => api.get<TeamProjects>(`api/v1/teams/${team}/projects`, { signal }),
  });

export const teamThingsQuery = (api: ApiClient, team: number) =>
  queryOptions({
    queryKey: ['org-trees', 'team-things', team],
    queryFn: ({ signal }) => api.get<TeamThings>(`api/v1/teams/${team}/things`, { signal }),
  });

interface OwnershipFilters extends Filters {
  state?: 'unowned' | 'shared' | 'owned' | undefined;
}

export const projectOwnershipQuery = (api: ApiClient, tree: number, filters: OwnershipFilters) =>
  queryOptions({
    queryKey: ['org-trees', 'project-ownership', tree, filters],
    queryFn: ({ signal }) =>
      api.get<ProjectOwnership>(`api/v1/org-trees/${tree}/projects`, { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });

export const thingOwnershipQuery = (api: ApiClient, tree: number, filters: OwnershipFilters & { thing: ThingKind }) =>
  queryOptions({
    queryKey: ['org-trees', 'thing-ownership', tree, filters],
    queryFn: ({ signal }) =>
      api.get<ThingOwnership>(`api/v1/org-trees/${tree}/things`, { query: { ...filters }, signal }),
    placeholderData: keepPreviousData,
  });
