import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { compareSearch } from './search.ts';

const compare = createRoute({
  getParentRoute: () => shell,
  path: '/insights/compare',
  validateSearch: compareSearch,
  staticData: { help: 'people#numbers-by-team', name: { label: 'Compare teams', place: 'Insights' } },
  component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
});

export const routes = [compare] as const;

export const places: readonly Place[] = [];
