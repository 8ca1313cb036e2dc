import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { imagesSearch, repositoriesSearch } from './search.ts';

const images = createRoute({
  getParentRoute: () => shell,
  path: '/images',
  validateSearch: imagesSearch,
  staticData: { help: 'registries#what-is-read-and-kept', name: { label: 'Images', place: 'Page' } },
  component: lazyRouteComponent(() => import('./images-page.tsx'), 'ImagesPage'),
});

const imageRepositories = createRoute({
  getParentRoute: () => shell,
  path: '/images/repositories',
  validateSearch: repositoriesSearch,
  staticData: { help: 'registries#what-is-read-and-kept', name: { label: 'Repositories', place: 'Images' } },
  component: lazyRouteComponent(() => import('./repositories-page.tsx'), 'RepositoriesPage'),
});

const image = createRoute({
  getParentRoute: () => shell,
  path: '/images/$id',
  staticData: { help: 'image-policy#verdicts-and-reason-codes' },
  component: lazyRouteComponent(() => import('./image-page.tsx'), 'ImagePage'),
});

export const routes = [images, imageRepositories, image] as const;

export const places: readonly Place[] = [{ label: 'Images', icon: 'image', link: { to: '/images' } }];
