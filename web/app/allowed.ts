import { type AnyRoute, useRouter } from '@tanstack/react-router';
import { allows, useSession } from './session.ts';

/** Whether a page would be shown: links to others are left out. */
export function useAllowed(): (path: unknown) => boolean {
  const router = useRouter();
  const session = useSession();
  const routes = router.routesByPath as unknown as Record<string, AnyRoute | undefined>;
  return (path) => typeof path !== 'string' || needsOf(routes[path]).every((need) => allows(session, need));
}

/** What the page asks for, and what it hangs on. */
function needsOf(route: AnyRoute | undefined): string[] {
  if (route === undefined) return [];
  const { needs } = route.options.staticData ?? {};
  const above = needsOf(route.parentRoute as AnyRoute | undefined);
  return needs === undefined ? above : [...above, needs];
}
