import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Facets, FindingDetail, Findings } from '../../src/features/code-quality/contract.ts';
import type { ApiClient } from './client.ts';

export type FindingParameters = Record<string, string | number | readonly (string | number)[] | undefined>;

/** Whose findings: of one project, or of all that count. */
export interface FindingPlace {
  project?: string;
}

const pathOf = ({ project }: FindingPlace): string =>
  project === undefined ? 'api/v1/findings' : `api/v1/projects/${encodeURIComponent(project)}/findings`;

export const findingListQuery = (api: ApiClient, place: FindingPlace, query: FindingParameters) =>
  queryOptions({
    queryKey: ['findings', 'list', place, query],
    queryFn: ({ signal }) => api.get<Findings>(pathOf(place), { query, signal }),
    placeholderData: keepPreviousData,
  });

export const facetsQuery = (api: ApiClient, place: FindingPlace, query: FindingParameters) =>
  queryOptions({
    queryKey: ['findings', 'facets', place, query],
    queryFn: ({ signal }) => api.get<Facets>(`${pathOf(place)}/facets`, { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

export const findingQuery = (api: ApiClient, id: number, query: FindingParameters) =>
  queryOptions({
    queryKey: ['findings', 'one', id, query],
    queryFn: ({ signal }) => api.get<FindingDetail>(`api/v1/findings/${id}`, { query, signal }),
  });

export const findingsCsv = (api: ApiClient, place: FindingPlace, query: FindingParameters): string =>
  api.url(pathOf(place), { ...query, format: 'csv' });
