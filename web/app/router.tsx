import { createRouter, type RouterHistory } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from '../address/search.ts';
import { routes as beforeSignIn } from '../pages/account/routes.tsx';
import { areas } from './areas.ts';
import { NotFound, PageFailed } from './not-found.tsx';
import { root, shell } from './roots.ts';
import { Shell } from './shell.tsx';

root.update({ notFoundComponent: NotFound, errorComponent: PageFailed });
shell.update({ component: Shell, notFoundComponent: NotFound });

type PageRoute = (typeof areas)[number]['routes'][number];

const pages: PageRoute[] = areas.flatMap((area): readonly PageRoute[] => area.routes);
const routeTree = root.addChildren([...beforeSignIn, shell.addChildren(pages)]);

/** `basepath`: the path prefix the hub serves the application under. */
export function createAppRouter(options: { basepath: string; history?: RouterHistory }) {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: PageFailed,
    ...options,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
