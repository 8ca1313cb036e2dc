import type { AnyRouter } from '@tanstack/react-router';
import type { HelpByKind, PageName } from './area.ts';

/** An address of the application, and what its page says of itself; undefined where it says nothing. */
export interface KnownRoute {
  path: string;
  help?: string | HelpByKind | null | undefined;
  name?: PageName | null | undefined;
  needs?: string | undefined;
}

/** Every address once: a page and its first tab have the same. */
export function knownRoutes({ routesByPath }: Pick<AnyRouter, 'routesByPath'>): KnownRoute[] {
  const known = new Map<string, KnownRoute>();
  for (const [written, route] of Object.entries(routesByPath as AnyRouter['routesByPath'])) {
    const path = written.replace(/(.)\/$/, '$1');
    const { help, name, needs } = route.options.staticData ?? {};
    const before = known.get(path);
    known.set(path, { path, help: before?.help ?? help, name: before?.name ?? name, needs: before?.needs ?? needs });
  }
  return [...known.values()];
}
