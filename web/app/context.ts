import { createContext, use } from 'react';
import type { ApiClient } from '../api/client.ts';
import type { Connection } from '../api/connection.ts';

/** What every page may need; made once in `main.tsx`. */
export interface App {
  api: ApiClient;
  connection: Connection;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = use(AppContext);
  if (app === null) throw new Error('There is no application around this component.');
  return app;
}

export const useApi = (): ApiClient => useApp().api;
