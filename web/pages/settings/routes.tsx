import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { auditSearch, serviceAccountsSearch, tokensSearch, webhooksSearch } from './search.ts';

const people = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  staticData: {
    needs: 'users:read',
    help: 'operations#people-and-roles',
    name: { label: 'People and roles', place: 'Settings', permission: 'users:read' },
  },
  component: lazyRouteComponent(() => import('./people.tsx'), 'PeoplePage'),
});

const signIn = createRoute({
  getParentRoute: () => shell,
  path: '/settings/sign-in',
  staticData: {
    needs: 'settings:write',
    help: 'sign-in#single-sign-on',
    name: { label: 'Sign-in', place: 'Settings', permission: 'settings:write' },
  },
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignInSettingsPage'),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/settings/tokens',
  validateSearch: tokensSearch,
  staticData: {
    needs: 'tokens:write',
    help: 'cli#api-tokens',
    name: { label: 'API tokens', place: 'Settings', permission: 'tokens:write' },
  },
  component: lazyRouteComponent(() => import('./tokens.tsx'), 'TokensPage'),
});

const serviceAccounts = createRoute({
  getParentRoute: () => shell,
  path: '/settings/service-accounts',
  validateSearch: serviceAccountsSearch,
  staticData: {
    needs: 'tokens:write',
    help: 'sign-in#service-accounts',
    name: { label: 'Service accounts', place: 'Settings', permission: 'tokens:write' },
  },
  component: lazyRouteComponent(() => import('./service-accounts.tsx'), 'ServiceAccountsPage'),
});

const logins = createRoute({
  getParentRoute: () => shell,
  path: '/settings/logins',
  staticData: {
    needs: 'analysts:write',
    help: 'sql#with-psql-grafana-or-metabase',
    name: { label: 'Database logins', place: 'Settings', permission: 'analysts:write' },
  },
  component: lazyRouteComponent(() => import('./logins.tsx'), 'LoginsPage'),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/settings/webhooks',
  validateSearch: webhooksSearch,
  staticData: {
    needs: 'settings:write',
    help: 'outgoing-webhooks#what-arrives',
    name: { label: 'Outgoing webhooks', place: 'Settings', permission: 'settings:write' },
  },
  component: lazyRouteComponent(() => import('./webhooks.tsx'), 'WebhooksPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/settings/audit',
  validateSearch: auditSearch,
  staticData: {
    needs: 'audit:read',
    help: 'operations#people-and-roles',
    name: { label: 'Audit trail', place: 'Settings', permission: 'audit:read' },
  },
  component: lazyRouteComponent(() => import('./audit.tsx'), 'AuditPage'),
});

const retention = createRoute({
  getParentRoute: () => shell,
  path: '/settings/retention',
  staticData: { needs: 'settings:read', help: 'operations#retention', name: { label: 'Retention', place: 'Settings' } },
  component: lazyRouteComponent(() => import('./retention.tsx'), 'RetentionPage'),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: '/settings/system',
  staticData: { needs: 'settings:read', help: 'operations#doctor', name: { label: 'System', place: 'Settings' } },
  component: lazyRouteComponent(() => import('./system.tsx'), 'SystemPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  staticData: { help: 'sign-in#your-account', name: { label: 'Your account', place: 'Settings' } },
  component: lazyRouteComponent(() => import('./account.tsx'), 'AccountPage'),
});

export const routes = [
  people,
  signIn,
  tokens,
  serviceAccounts,
  logins,
  webhooks,
  audit,
  retention,
  system,
  account,
] as const;

export const places: readonly Place[] = [{ label: 'Settings', icon: 'settings', link: { to: '/settings' } }];
