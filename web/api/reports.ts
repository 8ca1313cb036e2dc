import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Report, ReportFindings, SavedReports, SavedViews } from '../../src/features/insights/contract.ts';
import type { ApiClient } from './client.ts';

export type ReportParameters = Record<string, string | number | readonly (string | number)[] | undefined>;

const root = 'api/v1/insights/reports';

export const reportQuery = (api: ApiClient, query: ReportParameters) =>
  queryOptions({
    queryKey: ['insights', 'report', query],
    queryFn: ({ signal }) => api.get<Report>(`${root}/run`, { query, signal }),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
  });

export const reportFindingsQuery = (api: ApiClient, query: ReportParameters) =>
  queryOptions({
    queryKey: ['insights', 'report-findings', query],
    queryFn: ({ signal }) => api.get<ReportFindings>(`${root}/findings`, { query, signal }),
    placeholderData: keepPreviousData,
  });

export const reportCsv = (api: ApiClient, what: 'run' | 'findings', query: ReportParameters): string =>
  api.url(`${root}/${what}`, { ...query, format: 'csv' });

export const savedReportsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['insights', 'saved-reports'],
    queryFn: ({ signal }) => api.get<SavedReports>(root, { signal }),
  });

export const savedViewsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['insights', 'saved-views'],
    queryFn: ({ signal }) => api.get<SavedViews>('api/v1/insights/views', { signal }),
    staleTime: 60_000,
  });
