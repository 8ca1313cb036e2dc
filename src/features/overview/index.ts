import type { Route } from '../access/index.ts';
import { type OverviewOptions, overviewRoutes } from './routes.ts';

/** The answer page: what other rooms count and decide, side by side. It keeps nothing itself. */
export const createOverview = (options: OverviewOptions): { routes: Route[] } => ({ routes: overviewRoutes(options) });
