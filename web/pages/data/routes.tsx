import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { Place } from '../../app/area.ts';
import { shell } from '../../app/roots.ts';
import { apiSearch, schemaSearch } from './search.ts';

const schema = createRoute({
  getParentRoute: () => shell,
  path: '/data',
  validateSearch: schemaSearch,
  staticData: { needs: 'sql:read', help: 'sql#tables', name: { label: 'Schema', place: 'Data' } },
  component: lazyRouteComponent(() => import('./schema-page.tsx'), 'SchemaPage'),
});

const sql = createRoute({
  getParentRoute: () => shell,
  path: '/data/sql',
  staticData: {
    needs: 'sql:read',
    help: 'sql#on-the-page-with-the-cli-through-the-api',
    name: { label: 'SQL', place: 'Data' },
  },
  component: lazyRouteComponent(() => import('./sql-page.tsx'), 'SqlPage'),
});

const savedSql = createRoute({
  getParentRoute: () => shell,
  path: '/data/sql/$slug',
  staticData: { needs: 'sql:read', help: 'sql#on-the-page-with-the-cli-through-the-api' },
  component: lazyRouteComponent(() => import('./sql-page.tsx'), 'SavedSqlPage'),
});

const api = createRoute({
  getParentRoute: () => shell,
  path: '/data/api',
  validateSearch: apiSearch,
  staticData: { needs: 'sql:read', help: 'connections-api#calling-it', name: { label: 'API', place: 'Data' } },
  component: lazyRouteComponent(() => import('./api-page.tsx'), 'ApiPage'),
});

export const routes = [schema, sql, savedSql, api] as const;

export const places: readonly Place[] = [{ label: 'Data', icon: 'data', link: { to: '/data' } }];
