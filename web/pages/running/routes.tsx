import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { runningSearch } from './search.ts';

const running = createRoute({
  getParentRoute: () => shell,
  path: '/running',
  validateSearch: runningSearch,
  staticData: {
    needs: 'deployments:read',
    help: 'running#what-a-row-says',
    name: { label: 'Running', place: 'Page', permission: 'deployments:read' },
  },
  component: lazyRouteComponent(() => import('./running-page.tsx'), 'RunningPage'),
});

export const routes = [running] as const;

export const places: readonly Place[] = [{ label: 'Running', icon: 'play', link: { to: '/running' } }];
