import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { newCodeSearch } from './new-code-search.ts';
import { reportsSearch } from './search.ts';

const reports = createRoute({
  getParentRoute: () => shell,
  path: '/insights/reports',
  validateSearch: reportsSearch,
  staticData: { help: 'insights/reports#the-reports', name: { label: 'Reports', place: 'Insights' } },
  component: lazyRouteComponent(() => import('./reports-page.tsx'), 'ReportsPage'),
});

const newCode = createRoute({
  getParentRoute: () => shell,
  path: '/insights/new-code',
  validateSearch: newCodeSearch,
  staticData: { help: 'insights/reports#new-code', name: { label: 'New code', place: 'Insights' } },
  component: lazyRouteComponent(() => import('./new-code-page.tsx'), 'NewCodePage'),
});

export const routes = [reports, newCode] as const;

export const places: readonly Place[] = [
  { label: 'New code', icon: 'branch', link: { to: '/insights/new-code' } },
  { label: 'Reports', icon: 'chart', link: { to: '/insights/reports' } },
];
