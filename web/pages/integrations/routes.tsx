import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { tabs as inboxTabs } from '../inbox/routes.tsx';
import { tabs as monitoringTabs } from '../monitoring/routes.tsx';
import { helpTo } from './help.ts';
import { integration } from './integration-route.ts';
import { availableSearch, integrationsSearch, wizardSearch } from './search.ts';

const integrations = createRoute({
  getParentRoute: () => shell,
  path: '/integrations',
  validateSearch: integrationsSearch,
  staticData: {
    needs: 'integrations:read',
    help: 'health',
    name: { label: 'Your integrations', place: 'Integrations' },
  },
  component: lazyRouteComponent(() => import('./your-integrations.tsx'), 'YourIntegrationsPage'),
});

const available = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/available',
  validateSearch: availableSearch,
  staticData: {
    needs: 'integrations:read',
    help: 'readme#pages',
    name: { label: 'Available integrations', place: 'Integrations' },
  },
  component: lazyRouteComponent(() => import('./available-integrations.tsx'), 'AvailableIntegrationsPage'),
});

const network = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/network',
  staticData: {
    needs: 'integrations:read',
    help: 'operations#network',
    name: { label: 'Network', place: 'Integrations' },
  },
  component: lazyRouteComponent(() => import('./network.tsx'), 'NetworkPage'),
});

const wizard = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/add/$kind',
  validateSearch: wizardSearch,
  staticData: { needs: 'integrations:read', help: helpTo.setUp },
  component: lazyRouteComponent(() => import('./wizard.tsx'), 'WizardPage'),
});

const integrationOverview = createRoute({
  getParentRoute: () => integration,
  path: '/',
  staticData: { help: helpTo.validation },
  component: lazyRouteComponent(() => import('./integration-overview.tsx'), 'IntegrationOverview'),
});

const endpoints = createRoute({
  getParentRoute: () => integration,
  path: '/endpoints',
  staticData: { help: helpTo.endpoints },
  component: lazyRouteComponent(() => import('./endpoints.tsx'), 'EndpointsTab'),
});

const integrationSettings = createRoute({
  getParentRoute: () => integration,
  path: '/settings',
  staticData: { help: helpTo.changing },
  component: lazyRouteComponent(() => import('./integration-settings.tsx'), 'IntegrationSettings'),
});

export const routes = [
  integrations,
  available,
  network,
  wizard,
  integration.addChildren([integrationOverview, ...monitoringTabs, ...inboxTabs, endpoints, integrationSettings]),
] as const;

export const places: readonly Place[] = [{ label: 'Integrations', icon: 'plug', link: { to: '/integrations' } }];
