import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/components.css';
import './styles/arrival.css';
import './styles/table.css';
import './styles/findings.css';
import './styles/days.css';
import './styles/blocking.css';
import './styles/sql.css';
import './styles/charts.css';
import './styles/insights.css';
import './styles/project-overview.css';
import './styles/setup.css';
import './styles/tiles.css';
import './styles/pipelines.css';
import './styles/deployments.css';
import './styles/delivery.css';
import './styles/trace.css';
import './styles/sign-in.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createApiClient } from './api/client.ts';
import { createConnection } from './api/connection.ts';
import { AppContext } from './app/context.ts';
import { createQueryClient } from './app/query-client.ts';
import { createAppRouter } from './app/router.tsx';
import { applyTheme } from './app/theme.ts';

applyTheme();

const baseUrl = document.baseURI;
const queryClient = createQueryClient();
const connection = createConnection({
  probe: async () => (await fetch(new URL('livez', baseUrl), { cache: 'no-store' })).ok,
  onBack: () => void queryClient.invalidateQueries(),
  schedule: (run, milliseconds) => void setTimeout(run, milliseconds),
});
const api = createApiClient({ baseUrl, fetch: fetch.bind(globalThis), connection });
const router = createAppRouter({ basepath: new URL(baseUrl).pathname });
const element = document.getElementById('root');
if (element === null) throw new Error('The page has no #root.');

createRoot(element).render(
  <StrictMode>
    <AppContext value={{ api, connection }}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </AppContext>
  </StrictMode>,
);
