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
  return allows(useSession(), permission);
}

/** `organization`: works in all of it, not in some of its teams only. */
export function allows(session: SessionAnswer | undefined, need: string): boolean {
  if (session === undefined) return false;
  return need === 'organization' ? !isScoped(session) : session.permissions.includes(need);
}

/** Works in some teams only. */
export const isScoped = ({ user }: SessionAnswer): boolean => user !== null && user.nodes !== null;
