import { queryOptions, useQuery } from '@tanstack/react-query';
import type { SessionAnswer } from '../../src/features/access/contract.ts';
import type { ApiClient } from '../api/client.ts';
import { useApi } from './context.ts';

export const sessionKey = ['session'] as const;

export const sessionQuery = (api: ApiClient) =>
  queryOptions({
    queryKey: sessionKey,
    queryFn: ({ signal }) => api.get<SessionAnswer>('api/v1/session', { signal }),
    staleTime: 60_000,
  });

/** Who is signed in; undefined until that is known. */
export function useSession(): SessionAnswer | undefined {
  return useQuery(sessionQuery(useApi())).data;
}

/** Whether the person signed in may do something. Pages hide what would only be refused. */
export function useCan(permission: string): boolean {
  return useSession()?.permissions.includes(permission) ?? false;
}
