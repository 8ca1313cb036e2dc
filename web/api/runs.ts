import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  Audit,
  Completeness,
  FindResult,
  HeldAbsenceList,
  Run,
  RunList,
  TaskList,
} from '../../src/features/ingestion/contract.ts';
import type { ApiClient } from './client.ts';

export interface RunFilters {
  integration?: string | undefined;
  status?: readonly string[] | undefined;
  kind?: readonly string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  page?: number | undefined;
}

const isLive = (run: Run): boolean => run.status === 'pending' || run.status === 'running';

/** Planned and about to start, as after an integration was added. */
const isDue = (run: Run): boolean =>
  run.status === 'scheduled' && run.startedAt !== null && new Date(run.startedAt).getTime() < Date.now() + 5000;

export const runsQuery = (api: ApiClient, { ...filters }: RunFilters) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', filters],
    queryFn: ({ signal }) => api.get<RunList>('api/v1/runs', { query: filters, signal }),
    placeholderData: keepPreviousData,
    // New runs start by themselves; while one goes on its row comes through events as well.
    refetchInterval: (query) =>
      query.state.data?.runs.some((run) => isLive(run) || isDue(run)) === true ? 2000 : 10_000,
  });

export const runQuery = (api: ApiClient, id: number) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => api.get<Run>(`api/v1/runs/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data !== undefined && isLive(query.state.data) ? 2000 : false),
  });

export const tasksQuery = (
  api: ApiClient,
  id: number,
  query: { page?: number; status?: string | undefined },
  live: boolean,
) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'tasks', id, query],
    queryFn: ({ signal }) => api.get<TaskList>(`api/v1/runs/${id}/tasks`, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: live ? 3000 : false,
  });

interface SetAside {
  records: { stream: string; scope: string; slice: string; reason: string; text: string }[];
}

export const setAsideQuery = (api: ApiClient, id: number) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'set-aside', id],
    queryFn: ({ signal }) => api.get<SetAside>(`api/v1/runs/${id}/set-aside`, { signal }),
  });

const ofIntegration = (id: string): string => `api/v1/integrations/${encodeURIComponent(id)}`;

export const completenessQuery = (api: ApiClient, id: string, page: number) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'completeness', id, page],
    queryFn: ({ signal }) => api.get<Completeness>(`${ofIntegration(id)}/completeness`, { query: { page }, signal }),
    placeholderData: keepPreviousData,
  });

/** What disappeared in large numbers and waits for a person. */
export const heldQuery = (api: ApiClient, integration: string) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'held', integration],
    queryFn: ({ signal }) => api.get<HeldAbsenceList>('api/v1/held-absences', { query: { integration }, signal }),
    refetchInterval: 10_000,
  });

export const auditsQuery = (api: ApiClient, id: string) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'audits', id],
    queryFn: ({ signal }) => api.get<{ audits: Audit[] }>(`${ofIntegration(id)}/audits`, { signal }),
    refetchInterval: (query) =>
      query.state.data?.audits.some((audit) => audit.status === 'running') === true ? 2000 : false,
  });

export const auditQuery = (api: ApiClient, id: number) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'audit', id],
    queryFn: ({ signal }) => api.get<Audit>(`api/v1/audits/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.status === 'running' ? 2000 : false),
  });

/** Asks the outside system as well, so it is asked once and not in the background. */
export const findQuery = (api: ApiClient, id: string, q: string) =>
  queryOptions({
    meta: { needs: 'runs:read' },
    queryKey: ['runs', 'find', id, q],
    queryFn: ({ signal }) => api.get<FindResult>(`${ofIntegration(id)}/find`, { query: { q }, signal }),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
