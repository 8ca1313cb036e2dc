import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { historySearch, runningSearch } from './search.ts';

const running = createRoute({
  getParentRoute: () => shell,
  path: '/deployments',
  validateSearch: runningSearch,
  staticData: { help: 'deployments#what-runs-where', name: { label: 'What runs where', place: 'Deployments' } },
  component: lazyRouteComponent(() => import('./running-page.tsx'), 'RunningPage'),
});

const history = createRoute({
  getParentRoute: () => shell,
  path: '/deployments/history',
  validateSearch: historySearch,
  staticData: {
    help: 'deployments#how-reports-of-one-deployment-are-put-together',
    name: { label: 'History of deployments', place: 'Deployments' },
  },
  component: lazyRouteComponent(() => import('./history-page.tsx'), 'HistoryPage'),
});

export const routes = [running, history] as const;

export const places: readonly Place[] = [{ label: 'Deployments', icon: 'deploy', link: { to: '/deployments' } }];
