import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { accountsSearch, belongingsSearch, peopleSearch, teamsSearch, treeSearch } from './search.ts';

const people = createRoute({
  getParentRoute: () => shell,
  path: '/organization/people',
  validateSearch: peopleSearch,
  staticData: { help: 'people#the-file', name: { label: 'People', place: 'Organization', permission: 'people:read' } },
  component: lazyRouteComponent(() => import('./people-page.tsx'), 'PeoplePage'),
});

const upload = createRoute({
  getParentRoute: () => shell,
  path: '/organization/people/upload',
  staticData: {
    needs: 'people:write',
    help: 'people#what-can-be-wrong-with-it',
    name: { label: 'Upload people', place: 'Organization', permission: 'people:write' },
  },
  component: lazyRouteComponent(() => import('./upload-page.tsx'), 'UploadPage'),
});

const accounts = createRoute({
  getParentRoute: () => shell,
  path: '/organization/people/accounts',
  validateSearch: accountsSearch,
  staticData: {
    needs: 'organization',
    help: 'people#accounts-of-other-systems',
    name: { label: 'Accounts of people', place: 'Organization', permission: 'people:read' },
  },
  component: lazyRouteComponent(() => import('./accounts-page.tsx'), 'AccountsPage'),
});

const trees = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees',
  staticData: {
    help: 'people#org-trees',
    name: { label: 'Org trees', place: 'Organization', permission: 'teams:read' },
  },
  component: lazyRouteComponent(() => import('./trees-page.tsx'), 'TreesPage'),
});

const newTree = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/new',
  staticData: {
    needs: 'teams:write',
    help: 'people#how-a-tree-is-built',
    name: { label: 'Make an org tree', place: 'Organization', permission: 'teams:write' },
  },
  component: lazyRouteComponent(() => import('./new-tree-page.tsx'), 'NewTreePage'),
});

const tree = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/$id',
  validateSearch: treeSearch,
  staticData: { help: 'people#org-trees' },
  component: lazyRouteComponent(() => import('./tree-page.tsx'), 'TreePage'),
});

const difference = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/$id/difference',
  staticData: { needs: 'organization', help: 'people#when-people-change' },
  component: lazyRouteComponent(() => import('./difference-page.tsx'), 'DifferencePage'),
});

const editTree = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/$id/edit',
  staticData: { help: 'people#how-a-tree-is-built' },
  component: lazyRouteComponent(() => import('./edit-tree-page.tsx'), 'EditTreePage'),
});

const treeIntegrations = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/$id/integrations',
  staticData: { needs: 'organization', help: 'people#which-integrations-count' },
  component: lazyRouteComponent(() => import('./tree-integrations-page.tsx'), 'TreeIntegrationsPage'),
});

const belongings = createRoute({
  getParentRoute: () => shell,
  path: '/organization/trees/$id/belongings',
  validateSearch: belongingsSearch,
  staticData: { needs: 'organization', help: 'people#unowned-and-shared' },
  component: lazyRouteComponent(() => import('./belongings-page.tsx'), 'BelongingsPage'),
});

const teams = createRoute({
  getParentRoute: () => shell,
  path: '/organization/teams',
  validateSearch: teamsSearch,
  staticData: {
    help: 'people#what-belongs-to-a-team',
    name: { label: 'Teams', place: 'Organization', permission: 'teams:read' },
  },
  component: lazyRouteComponent(() => import('./teams-page.tsx'), 'TeamsPage'),
});

const team = createRoute({
  getParentRoute: () => shell,
  path: '/organization/teams/$id/integrations',
  staticData: { help: 'people#what-belongs-to-a-team' },
  component: lazyRouteComponent(() => import('./team-page.tsx'), 'TeamPage'),
});

export const routes = [
  people,
  upload,
  accounts,
  trees,
  newTree,
  tree,
  difference,
  editTree,
  treeIntegrations,
  belongings,
  teams,
  team,
] as const;

export const places: readonly Place[] = [
  { label: 'People', icon: 'user', link: { to: '/organization/people' }, group: 'Organization' },
  { label: 'Org trees', icon: 'branch', link: { to: '/organization/trees' } },
  { label: 'Teams', icon: 'user', link: { to: '/organization/teams' } },
];
