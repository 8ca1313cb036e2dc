import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { traceSearch } from './search.ts';

const trace = createRoute({
  getParentRoute: () => shell,
  path: '/trace',
  validateSearch: traceSearch,
  staticData: {
    needs: 'deployments:read',
    help: 'trace#the-page',
    name: { label: 'Trace', place: 'Page', permission: 'deployments:read' },
  },
  component: lazyRouteComponent(() => import('./trace-page.tsx'), 'TracePage'),
});

export const routes = [trace] as const;

export const places: readonly Place[] = [{ label: 'Trace', icon: 'line', link: { to: '/trace' } }];
