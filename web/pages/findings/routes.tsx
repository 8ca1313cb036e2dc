import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { findingsSearch } from './search.ts';

const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: findingsSearch,
  staticData: { help: 'findings#search-and-facets', name: { label: 'Findings', place: 'Page' } },
  component: lazyRouteComponent(() => import('./findings-page.tsx'), 'FindingsPage'),
});

export const routes = [findings] as const;

export const places: readonly Place[] = [{ label: 'Findings', icon: 'search', link: { to: '/findings' } }];
