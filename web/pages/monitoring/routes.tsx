import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { helpTo } from '../integrations/help.ts';
import { integration } from '../integrations/integration-route.ts';
import { completenessSearch, monitoringSearch } from './search.ts';

const monitoring = createRoute({
  getParentRoute: () => integration,
  path: '/monitoring',
  validateSearch: monitoringSearch,
  staticData: { help: helpTo.monitoring },
  component: lazyRouteComponent(() => import('./monitoring.tsx'), 'MonitoringTab'),
});

const completeness = createRoute({
  getParentRoute: () => integration,
  path: '/completeness',
  validateSearch: completenessSearch,
  staticData: { help: helpTo.completeness },
  component: lazyRouteComponent(() => import('./completeness.tsx'), 'CompletenessTab'),
});

export const tabs = [monitoring, completeness] as const;
