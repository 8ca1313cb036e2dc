import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { helpTo } from '../integrations/help.ts';
import { integration } from '../integrations/integration-route.ts';
import { inboxSearch } from './search.ts';

const inbox = createRoute({
  getParentRoute: () => integration,
  path: '/inbox',
  validateSearch: inboxSearch,
  staticData: { help: helpTo.inbox },
  component: lazyRouteComponent(() => import('./inbox-tab.tsx'), 'InboxTab'),
});

export const tabs = [inbox] as const;
