import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { accountsSearch, peopleSearch, treeSearch } from './search.ts';

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
  staticData: { help: 'people#when-people-change' },
  component: lazyRouteComponent(() => import('./difference-page.tsx'), 'DifferencePage'),
});

export const routes = [people, upload, accounts, trees, newTree, tree, difference] as const;

export const places: readonly Place[] = [
  { label: 'People', icon: 'user', link: { to: '/organization/people' }, group: 'Organization' },
  { label: 'Org trees', icon: 'branch', link: { to: '/organization/trees' } },
];
