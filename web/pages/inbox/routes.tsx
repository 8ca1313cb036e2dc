import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { integration } from '../integrations/integration-route.ts';
import { inboxSearch } from './search.ts';

const inbox = createRoute({
  getParentRoute: () => integration,
  path: '/inbox',
  validateSearch: inboxSearch,
  staticData: { help: 'webhooks#the-inbox-page' },
  component: lazyRouteComponent(() => import('./inbox-tab.tsx'), 'InboxTab'),
});

export const tabs = [inbox] as const;
