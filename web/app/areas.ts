import * as bindings from '../pages/bindings/routes.tsx';
import * as compare from '../pages/compare/routes.tsx';
import * as data from '../pages/data/routes.tsx';
import * as delivery from '../pages/delivery/routes.tsx';
import * as deployments from '../pages/deployments/routes.tsx';
import * as findings from '../pages/findings/routes.tsx';
import * as help from '../pages/help/routes.tsx';
import * as images from '../pages/images/routes.tsx';
import * as imports from '../pages/imports/routes.tsx';
import * as integrations from '../pages/integrations/routes.tsx';
import * as organization from '../pages/organization/routes.tsx';
import * as pipelines from '../pages/pipelines/routes.tsx';
import * as overview from '../pages/overview/routes.tsx';
import * as policy from '../pages/policy/routes.tsx';
import * as pullRequests from '../pages/pull-requests/routes.tsx';
import * as projects from '../pages/projects/routes.tsx';
import * as running from '../pages/running/routes.tsx';
import * as reports from '../pages/reports/routes.tsx';
import * as security from '../pages/security/routes.tsx';
import * as satellites from '../pages/satellites/routes.tsx';
import * as settings from '../pages/settings/routes.tsx';
import * as trace from '../pages/trace/routes.tsx';
import type { Area } from './area.ts';

export const areas = [
  // The areas of pages, in the order of the left bar: one line each.
  overview,
  security,
  compare,
  delivery,
  reports,
  findings,
  projects,
  bindings,
  imports,
  pullRequests,
  images,
  pipelines,
  policy,
  running,
  deployments,
  trace,
  organization,
  integrations,
  satellites,
  data,
  settings,
  help,
] as const satisfies readonly Area[];
