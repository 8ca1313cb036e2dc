import { queryOptions } from '@tanstack/react-query';
import type { AuditPage, ServiceAccountList, TokenList, UserList } from '../../src/features/access/contract.ts';
import type { ApiClient } from './client.ts';

export const usersQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => api.get<UserList>('api/v1/users', { signal }) });

export const tokensQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => api.get<TokenList>('api/v1/tokens', { signal }) });

export const serviceAccountsQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['service-accounts'],
    queryFn: ({ signal }) => api.get<ServiceAccountList>('api/v1/service-accounts', { signal }),
  });

/** Filters of the audit trail as the page has them in its address. */
interface AuditTrailFilters {
  action?: string | undefined;
  actor?: string | undefined;
  kind?: string | undefined;
  object?: string | undefined;
  q?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  before?: number | undefined;
}

/** A last day is within. */
const auditFilters = ({ kind, object, q, from, to, action, actor }: AuditTrailFilters) => ({
  action,
  actor,
  objectKind: kind,
  objectId: object,
  search: q,
  from: from === undefined ? undefined : `${from}T00:00:00Z`,
  to: to === undefined ? undefined : new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString(),
});

export const auditTrailQuery = (api: ApiClient, filters: AuditTrailFilters) =>
  queryOptions({
    queryKey: ['audit', filters],
    queryFn: ({ signal }) =>
      api.get<AuditPage>('api/v1/audit', { query: { ...auditFilters(filters), before: filters.before }, signal }),
  });

/** Every row that the filters leave. */
export const auditFileUrl = (api: ApiClient, filters: AuditTrailFilters, format: 'csv' | 'jsonl'): string =>
  api.url('api/v1/audit', { ...auditFilters(filters), format });

interface Readiness {
  ready: boolean;
  checks: Record<string, string>;
}

export const readinessQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => api.get<Readiness>('readyz', { signal }),
    refetchInterval: 10_000,
  });
