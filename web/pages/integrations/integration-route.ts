import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/roots.ts';
import { helpTo } from './help.ts';

/** One integration: its tabs hang on it, whichever area they come from. */
export const integration = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/$id',
  staticData: { needs: 'integrations:read', help: helpTo.validation },
  component: lazyRouteComponent(() => import('./integration-page.tsx'), 'IntegrationPage'),
});
