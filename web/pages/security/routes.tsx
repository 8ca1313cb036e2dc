import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { securitySearch } from './search.ts';

const security = createRoute({
  getParentRoute: () => shell,
  path: '/insights/security',
  validateSearch: securitySearch,
  staticData: { help: 'insights/formulas#what-is-counted', name: { label: 'Security', place: 'Insights' } },
  component: lazyRouteComponent(() => import('./security-page.tsx'), 'SecurityPage'),
});

export const routes = [security] as const;

export const places: readonly Place[] = [
  { label: 'Security', icon: 'shield', link: { to: '/insights/security' }, group: 'Insights' },
];
