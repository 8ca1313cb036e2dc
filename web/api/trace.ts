import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { TraceAnswer } from '../../src/features/trace/contract.ts';
import type { ApiClient } from './client.ts';

/** A line grows by itself: a page that is open follows it. */
const followMs = 30_000;

/** The line through what a text means, or meant then; nothing known under it is an answer, not a failure. */
export const traceQuery = (api: ApiClient, text: string, asOf?: string) =>
  queryOptions({
    meta: { needs: 'deployments:read' },
    queryKey: ['trace', text, asOf],
    queryFn: ({ signal }) =>
      api.get<TraceAnswer>('api/v1/trace', { query: { text, ifNothing: 'empty', asOf }, signal }),
    enabled: text !== '',
    refetchInterval: followMs,
    retry: false,
    // The line of another text is no placeholder: it would answer a question that nobody asked.
    placeholderData: (before, query) => (query?.queryKey[1] === text ? keepPreviousData(before) : undefined),
  });

/** What a text may mean while somebody types it. */
export const meaningsQuery = (api: ApiClient, text: string) =>
  queryOptions({
    meta: { needs: 'deployments:read' },
    queryKey: ['trace', 'meanings', text],
    queryFn: ({ signal }) => api.get<TraceAnswer>('api/v1/trace', { query: { text, only: 'found' }, signal }),
    enabled: text.length > 1,
    staleTime: 10_000,
    retry: false,
  });
