import { queryOptions } from '@tanstack/react-query';
import type { AuditPage, TokenList, UserList } from '../../src/features/access/contract.ts';
import type { ApiClient } from './client.ts';

export const usersQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['users'], queryFn: ({ signal }) => api.get<UserList>('api/v1/users', { signal }) });

export const tokensQuery = (api: ApiClient) =>
  queryOptions({ queryKey: ['tokens'], queryFn: ({ signal }) => api.get<TokenList>('api/v1/tokens', { signal }) });

export const auditTrailQuery = (
  api: ApiClient,
  query: { action?: string | undefined; actor?: string | undefined; before?: number | undefined },
) =>
  queryOptions({
    queryKey: ['audit', query],
    queryFn: ({ signal }) => api.get<AuditPage>('api/v1/audit', { query, signal }),
  });

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
