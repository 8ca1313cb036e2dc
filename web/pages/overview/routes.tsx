import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { overviewSearch } from './search.ts';

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: overviewSearch,
  staticData: { needs: 'insights:read', help: 'overview', name: { label: 'Overview', place: 'Page' } },
  component: lazyRouteComponent(() => import('./overview-page.tsx'), 'OverviewPage'),
});

export const routes = [overview] as const;

export const places: readonly Place[] = [{ label: 'Overview', icon: 'overview', link: { to: '/' } }];
