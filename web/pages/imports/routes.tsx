import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { importSearch } from './search.ts';

const imports = createRoute({
  getParentRoute: () => shell,
  path: '/projects/import',
  validateSearch: importSearch,
  staticData: {
    needs: 'integrations:write',
    help: 'bitbucket#import',
    name: { label: 'Add project', place: 'Projects' },
  },
  component: lazyRouteComponent(() => import('./import-page.tsx'), 'ImportPage'),
});

export const routes = [imports] as const;

/** A tab of Projects, no place of its own. */
export const places: readonly Place[] = [];
