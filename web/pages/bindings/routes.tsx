import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { bindingsSearch } from './search.ts';

const bindings = createRoute({
  getParentRoute: () => shell,
  path: '/projects/bindings',
  validateSearch: bindingsSearch,
  staticData: {
    needs: 'integrations:read',
    help: 'bitbucket#which-project-is-of-which-repository',
    name: { label: 'Bindings', place: 'Projects' },
  },
  component: lazyRouteComponent(() => import('./bindings-page.tsx'), 'BindingsPage'),
});

export const routes = [bindings] as const;

/** Tabs of Projects, not places of their own. */
export const places: readonly Place[] = [];
