import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { integration } from '../integrations/integration-route.ts';
import { completenessSearch, monitoringSearch } from './search.ts';

const monitoring = createRoute({
  getParentRoute: () => integration,
  path: '/monitoring',
  validateSearch: monitoringSearch,
  staticData: { help: 'sonarqube#monitoring' },
  component: lazyRouteComponent(() => import('./monitoring.tsx'), 'MonitoringTab'),
});

const completeness = createRoute({
  getParentRoute: () => integration,
  path: '/completeness',
  validateSearch: completenessSearch,
  staticData: { help: 'sonarqube#how-issues-are-proven-complete' },
  component: lazyRouteComponent(() => import('./completeness.tsx'), 'CompletenessTab'),
});

export const tabs = [monitoring, completeness] as const;
