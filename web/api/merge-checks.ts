import { queryOptions } from '@tanstack/react-query';
import type { MergeChecks } from '../../src/features/reports/contract.ts';
import type { ApiClient } from './client.ts';

const path = (id: string): string => `api/v1/repositories/${encodeURIComponent(id)}/merge-checks`;
const key = (id: string) => ['merge-checks', id] as const;

export const mergeChecksQuery = (api: ApiClient, id: string) =>
  queryOptions({
    queryKey: key(id),
    queryFn: ({ signal }) => api.get<MergeChecks>(path(id), { signal }),
  });

/** Asks the server what keeps a few open pull requests from being merged. */
export const lookAtMerges = (api: ApiClient, id: string): Promise<MergeChecks> => api.send('POST', `${path(id)}/look`);
