import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { pullRequestSearch, pullRequestsSearch } from './search.ts';

const pullRequests = createRoute({
  getParentRoute: () => shell,
  path: '/pull-requests',
  validateSearch: pullRequestsSearch,
  staticData: { help: 'bitbucket#reports-on-pull-requests', name: { label: 'Pull requests', place: 'Page' } },
  component: lazyRouteComponent(() => import('./pull-requests-page.tsx'), 'PullRequestsPage'),
});

const pullRequest = createRoute({
  getParentRoute: () => shell,
  path: '/pull-requests/$id',
  validateSearch: pullRequestSearch,
  staticData: { help: 'bitbucket#reports-on-pull-requests' },
  component: lazyRouteComponent(() => import('./pull-request-page.tsx'), 'PullRequestPage'),
});

const blocking = createRoute({
  getParentRoute: () => shell,
  path: '/pull-requests/repositories/$id',
  staticData: { help: 'bitbucket#blocking-merges' },
  component: lazyRouteComponent(() => import('./blocking-page.tsx'), 'BlockingPage'),
});

export const routes = [pullRequests, pullRequest, blocking] as const;

export const places: readonly Place[] = [{ label: 'Pull requests', icon: 'branch', link: { to: '/pull-requests' } }];
