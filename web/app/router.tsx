import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router';
import { localAddress, parseSearch, stringifySearch } from '../address/search.ts';
import { apiSearch, schemaSearch } from '../pages/data/search.ts';
import { findingsSearch } from '../pages/findings/search.ts';
import { helpSearch } from '../pages/help/search.ts';
import { imagesSearch, repositoriesSearch } from '../pages/images/search.ts';
import { inboxSearch } from '../pages/inbox/search.ts';
import { availableSearch, integrationsSearch, wizardSearch } from '../pages/integrations/search.ts';
import { completenessSearch, monitoringSearch } from '../pages/monitoring/search.ts';
import { policySearch } from '../pages/policy/search.ts';
import { projectHistorySearch, projectsSearch } from '../pages/projects/search.ts';
import { securitySearch } from '../pages/security/search.ts';
import { auditSearch, tokensSearch, webhooksSearch } from '../pages/settings/search.ts';
import { NotFound, PageFailed } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageFailed });

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/account/set-up.tsx'), 'SetUpPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { to?: string | undefined } => ({ to: localAddress(raw['to']) }),
  component: lazyRouteComponent(() => import('../pages/account/sign-in.tsx'), 'SignInPage'),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell, notFoundComponent: NotFound });

const first = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/insights/security', replace: true });
  },
});

const security = createRoute({
  getParentRoute: () => shell,
  path: '/insights/security',
  validateSearch: securitySearch,
  component: lazyRouteComponent(() => import('../pages/security/security-page.tsx'), 'SecurityPage'),
});

const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(() => import('../pages/findings/findings-page.tsx'), 'FindingsPage'),
});

const projects = createRoute({
  getParentRoute: () => shell,
  path: '/projects',
  validateSearch: projectsSearch,
  component: lazyRouteComponent(() => import('../pages/projects/projects-page.tsx'), 'ProjectsPage'),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$id',
  component: lazyRouteComponent(() => import('../pages/projects/project-page.tsx'), 'ProjectPage'),
});

const projectOverview = createRoute({
  getParentRoute: () => project,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/projects/project-overview.tsx'), 'ProjectOverview'),
});

const projectHistory = createRoute({
  getParentRoute: () => project,
  path: '/history',
  validateSearch: projectHistorySearch,
  component: lazyRouteComponent(() => import('../pages/projects/project-history.tsx'), 'ProjectHistoryTab'),
});

const projectFindings = createRoute({
  getParentRoute: () => project,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(() => import('../pages/projects/project-findings.tsx'), 'ProjectFindingsTab'),
});

const projectBranches = createRoute({
  getParentRoute: () => project,
  path: '/branches',
  component: lazyRouteComponent(() => import('../pages/projects/project-branches.tsx'), 'ProjectBranches'),
});

const images = createRoute({
  getParentRoute: () => shell,
  path: '/images',
  validateSearch: imagesSearch,
  component: lazyRouteComponent(() => import('../pages/images/images-page.tsx'), 'ImagesPage'),
});

const imageRepositories = createRoute({
  getParentRoute: () => shell,
  path: '/images/repositories',
  validateSearch: repositoriesSearch,
  component: lazyRouteComponent(() => import('../pages/images/repositories-page.tsx'), 'RepositoriesPage'),
});

const image = createRoute({
  getParentRoute: () => shell,
  path: '/images/$id',
  component: lazyRouteComponent(() => import('../pages/images/image-page.tsx'), 'ImagePage'),
});

const policy = createRoute({
  getParentRoute: () => shell,
  path: '/policy',
  validateSearch: policySearch,
  component: lazyRouteComponent(() => import('../pages/policy/policy-page.tsx'), 'PolicyPage'),
});

const policyConfigurations = createRoute({
  getParentRoute: () => shell,
  path: '/policy/configurations',
  component: lazyRouteComponent(() => import('../pages/policy/configurations-page.tsx'), 'ConfigurationsPage'),
});

const policyEnvironments = createRoute({
  getParentRoute: () => shell,
  path: '/policy/environments',
  component: lazyRouteComponent(() => import('../pages/policy/environments-page.tsx'), 'EnvironmentsPage'),
});

const policyRules = createRoute({
  getParentRoute: () => shell,
  path: '/policy/rules',
  component: lazyRouteComponent(() => import('../pages/policy/rules-page.tsx'), 'RulesPage'),
});

const integrations = createRoute({
  getParentRoute: () => shell,
  path: '/integrations',
  validateSearch: integrationsSearch,
  component: lazyRouteComponent(() => import('../pages/integrations/your-integrations.tsx'), 'YourIntegrationsPage'),
});

const available = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/available',
  validateSearch: availableSearch,
  component: lazyRouteComponent(
    () => import('../pages/integrations/available-integrations.tsx'),
    'AvailableIntegrationsPage',
  ),
});

const network = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/network',
  component: lazyRouteComponent(() => import('../pages/integrations/network.tsx'), 'NetworkPage'),
});

const wizard = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/add/$kind',
  validateSearch: wizardSearch,
  component: lazyRouteComponent(() => import('../pages/integrations/wizard.tsx'), 'WizardPage'),
});

const integration = createRoute({
  getParentRoute: () => shell,
  path: '/integrations/$id',
  component: lazyRouteComponent(() => import('../pages/integrations/integration-page.tsx'), 'IntegrationPage'),
});

const integrationOverview = createRoute({
  getParentRoute: () => integration,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/integrations/integration-overview.tsx'), 'IntegrationOverview'),
});

const monitoring = createRoute({
  getParentRoute: () => integration,
  path: '/monitoring',
  validateSearch: monitoringSearch,
  component: lazyRouteComponent(() => import('../pages/monitoring/monitoring.tsx'), 'MonitoringTab'),
});

const completeness = createRoute({
  getParentRoute: () => integration,
  path: '/completeness',
  validateSearch: completenessSearch,
  component: lazyRouteComponent(() => import('../pages/monitoring/completeness.tsx'), 'CompletenessTab'),
});

const inbox = createRoute({
  getParentRoute: () => integration,
  path: '/inbox',
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import('../pages/inbox/inbox-tab.tsx'), 'InboxTab'),
});

const endpoints = createRoute({
  getParentRoute: () => integration,
  path: '/endpoints',
  component: lazyRouteComponent(() => import('../pages/integrations/endpoints.tsx'), 'EndpointsTab'),
});

const integrationSettings = createRoute({
  getParentRoute: () => integration,
  path: '/settings',
  component: lazyRouteComponent(() => import('../pages/integrations/integration-settings.tsx'), 'IntegrationSettings'),
});

const schema = createRoute({
  getParentRoute: () => shell,
  path: '/data',
  validateSearch: schemaSearch,
  component: lazyRouteComponent(() => import('../pages/data/schema-page.tsx'), 'SchemaPage'),
});

const sql = createRoute({
  getParentRoute: () => shell,
  path: '/data/sql',
  component: lazyRouteComponent(() => import('../pages/data/sql-page.tsx'), 'SqlPage'),
});

const savedSql = createRoute({
  getParentRoute: () => shell,
  path: '/data/sql/$slug',
  component: lazyRouteComponent(() => import('../pages/data/sql-page.tsx'), 'SavedSqlPage'),
});

const api = createRoute({
  getParentRoute: () => shell,
  path: '/data/api',
  validateSearch: apiSearch,
  component: lazyRouteComponent(() => import('../pages/data/api-page.tsx'), 'ApiPage'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('../pages/settings/people.tsx'), 'PeoplePage'),
});

const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/settings/tokens',
  validateSearch: tokensSearch,
  component: lazyRouteComponent(() => import('../pages/settings/tokens.tsx'), 'TokensPage'),
});

const logins = createRoute({
  getParentRoute: () => shell,
  path: '/settings/logins',
  component: lazyRouteComponent(() => import('../pages/settings/logins.tsx'), 'LoginsPage'),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/settings/webhooks',
  validateSearch: webhooksSearch,
  component: lazyRouteComponent(() => import('../pages/settings/webhooks.tsx'), 'WebhooksPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/settings/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../pages/settings/audit.tsx'), 'AuditPage'),
});

const retention = createRoute({
  getParentRoute: () => shell,
  path: '/settings/retention',
  component: lazyRouteComponent(() => import('../pages/settings/retention.tsx'), 'RetentionPage'),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: '/settings/system',
  component: lazyRouteComponent(() => import('../pages/settings/system.tsx'), 'SystemPage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('../pages/settings/account.tsx'), 'AccountPage'),
});

const help = createRoute({
  getParentRoute: () => shell,
  path: '/help/$',
  validateSearch: helpSearch,
  component: lazyRouteComponent(() => import('../pages/help/help-page.tsx'), 'DocumentationPage'),
});

const routeTree = root.addChildren([
  setup,
  signIn,
  shell.addChildren([
    first,
    security,
    findings,
    projects,
    project.addChildren([projectOverview, projectHistory, projectFindings, projectBranches]),
    images,
    imageRepositories,
    image,
    policy,
    policyConfigurations,
    policyEnvironments,
    policyRules,
    integrations,
    available,
    network,
    wizard,
    integration.addChildren([integrationOverview, monitoring, completeness, inbox, endpoints, integrationSettings]),
    schema,
    sql,
    savedSql,
    api,
    people,
    tokens,
    logins,
    webhooks,
    audit,
    retention,
    system,
    account,
    help,
  ]),
]);

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
