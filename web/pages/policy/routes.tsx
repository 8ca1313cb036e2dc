import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { policySearch, verdictsSearch } from './search.ts';

const policy = createRoute({
  getParentRoute: () => shell,
  path: '/policy',
  validateSearch: policySearch,
  staticData: {
    needs: 'policy:read',
    help: 'image-policy#how-an-image-is-judged',
    name: { label: 'Policy', place: 'Page' },
  },
  component: lazyRouteComponent(() => import('./policy-page.tsx'), 'PolicyPage'),
});

const policyConfigurations = createRoute({
  getParentRoute: () => shell,
  path: '/policy/configurations',
  staticData: {
    needs: 'policy:read',
    help: 'image-policy#what-it-needs',
    name: { label: 'Policy configurations', place: 'Policy' },
  },
  component: lazyRouteComponent(() => import('./configurations-page.tsx'), 'ConfigurationsPage'),
});

const policyEnvironments = createRoute({
  getParentRoute: () => shell,
  path: '/policy/environments',
  staticData: {
    needs: 'policy:read',
    help: 'image-policy#environments',
    name: { label: 'Environments', place: 'Policy' },
  },
  component: lazyRouteComponent(() => import('./environments-page.tsx'), 'EnvironmentsPage'),
});

const policyRules = createRoute({
  getParentRoute: () => shell,
  path: '/policy/rules',
  staticData: {
    needs: 'policy:read',
    help: 'image-policy#rules',
    name: { label: 'Policy rules and mappings', place: 'Policy' },
  },
  component: lazyRouteComponent(() => import('./rules-page.tsx'), 'RulesPage'),
});

const verdicts = createRoute({
  getParentRoute: () => shell,
  path: '/images/verdicts',
  validateSearch: verdictsSearch,
  staticData: {
    help: 'image-policy#verdicts-and-reason-codes',
    name: { label: 'Verdicts on images', place: 'Images' },
  },
  component: lazyRouteComponent(() => import('./verdicts-page.tsx'), 'VerdictsPage'),
});

export const routes = [verdicts, policy, policyConfigurations, policyEnvironments, policyRules] as const;

export const places: readonly Place[] = [{ label: 'Policy', icon: 'check', link: { to: '/policy' } }];
