import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { localAddress } from '../../address/search.ts';
import { root } from '../../app/roots.ts';

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  staticData: { help: null, name: null },
  component: lazyRouteComponent(() => import('./set-up.tsx'), 'SetUpPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { to?: string | undefined } => ({ to: localAddress(raw['to']) }),
  staticData: { help: null, name: null },
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignInPage'),
});

const back = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/back',
  staticData: { help: null, name: null },
  component: lazyRouteComponent(() => import('./back.tsx'), 'BackPage'),
});

export const routes = [setup, signIn, back] as const;
