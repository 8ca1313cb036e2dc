import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router';

/** What everything hangs on, and where the pages lie that a person sees without being signed in. */
export const root = createRootRoute({ component: Outlet });

/** The frame around every page of a person who is signed in; the router gives it its looks, so that no page needs them. */
export const shell = createRoute({ getParentRoute: () => root, id: 'shell' });
