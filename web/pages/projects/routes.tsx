import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { findingsSearch } from '../findings/search.ts';
import { projectHistorySearch, projectsSearch } from './search.ts';

const projects = createRoute({
  getParentRoute: () => shell,
  path: '/projects',
  validateSearch: projectsSearch,
  staticData: { help: 'sonarqube#what-is-read-and-kept', name: { label: 'Projects', place: 'Page' } },
  component: lazyRouteComponent(() => import('./projects-page.tsx'), 'ProjectsPage'),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$id',
  staticData: { help: 'sonarqube#what-is-read-and-kept' },
  component: lazyRouteComponent(() => import('./project-page.tsx'), 'ProjectPage'),
});

const projectOverview = createRoute({
  getParentRoute: () => project,
  path: '/',
  staticData: { help: 'sonarqube#what-is-read-and-kept' },
  component: lazyRouteComponent(() => import('./project-overview.tsx'), 'ProjectOverview'),
});

const projectHistory = createRoute({
  getParentRoute: () => project,
  path: '/history',
  validateSearch: projectHistorySearch,
  staticData: { help: 'sonarqube#how-far-back' },
  component: lazyRouteComponent(() => import('./project-history.tsx'), 'ProjectHistoryTab'),
});

const projectFindings = createRoute({
  getParentRoute: () => project,
  path: '/findings',
  validateSearch: findingsSearch,
  staticData: { help: 'findings#search-and-facets' },
  component: lazyRouteComponent(() => import('./project-findings.tsx'), 'ProjectFindingsTab'),
});

const projectBranches = createRoute({
  getParentRoute: () => project,
  path: '/branches',
  staticData: { help: 'sync#branches-and-pull-requests' },
  component: lazyRouteComponent(() => import('./project-branches.tsx'), 'ProjectBranches'),
});

export const routes = [
  projects,
  project.addChildren([projectOverview, projectHistory, projectFindings, projectBranches]),
] as const;

export const places: readonly Place[] = [{ label: 'Projects', icon: 'projects', link: { to: '/projects' } }];
