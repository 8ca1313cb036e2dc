import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shell } from '../../app/roots.ts';
import { helpSearch } from './search.ts';

const help = createRoute({
  getParentRoute: () => shell,
  path: '/help/$',
  validateSearch: helpSearch,
  staticData: { help: null },
  component: lazyRouteComponent(() => import('./help-page.tsx'), 'DocumentationPage'),
});

export const routes = [help] as const;
