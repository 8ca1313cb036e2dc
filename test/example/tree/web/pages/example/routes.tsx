import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';

const books = createRoute({
  getParentRoute: () => shell,
  path: '/example/books',
  staticData: { help: 'sync#branches-and-pull-requests', name: { label: 'Books', place: 'Example' } },
  component: lazyRouteComponent(() => import('./books-page.tsx'), 'BooksPage'),
});

export const routes = [books] as const;

export const places: readonly Place[] = [{ label: 'Books', icon: 'data', link: { to: '/example/books' } }];
