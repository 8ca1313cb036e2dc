import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.ts';
import { allows, sessionKey } from './session.ts';

/** Answers are shown as they are and asked again when a page is opened; a session that ended is noticed everywhere. */
export function createQueryClient(): QueryClient {
  const signedOut = (error: unknown): void => {
    if (error instanceof ApiError && error.code === 'not_authed')
      void client.invalidateQueries({ queryKey: sessionKey });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: signedOut }),
    mutationCache: new MutationCache({ onError: signedOut }),
    defaultOptions: {
      queries: {
        // Loopback and private networks work while the browser believes to be offline.
        networkMode: 'always',
        staleTime: 5000,
        // What would only be refused is not asked.
        enabled: ({ meta }) =>
          typeof meta?.['needs'] !== 'string' || allows(client.getQueryData(sessionKey), meta['needs']),
        // The hub being away is handled once for all, by the connection.
        retry: (count, error) => error instanceof ApiError && error.status >= 500 && count < 1,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}
