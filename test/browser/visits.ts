/** One thing to look at: a route of the application, filled in, with a text that is there once it has loaded. */
export interface Visit {
  /** As the router declares it. */
  route: string;
  address: string;
  ready: string;
  /** Whose eyes: an administrator unless said otherwise. */
  session?: 'signed out' | 'not set up';
}

/** Every route at least once; panels and switched views are further visits of their route. */
export const visits: readonly Visit[] = [
  { route: '/', address: '', ready: 'Open vulnerabilities by severity' },
  { route: '/', address: 'projects?q=pay', ready: 'Password', session: 'signed out' },
  { route: '/setup', address: 'setup#secret', ready: 'Make the administrator', session: 'not set up' },
  { route: '/sign-in', address: 'sign-in', ready: 'Password', session: 'signed out' },
  { route: '/insights/security', address: 'insights/security?trend=1', ready: 'Use a strong cipher' },
  {
    route: '/insights/security',
    address: 'insights/security?openTable=1&flowTable=1&finding=3',
    ready: 'Open in SonarQube',
  },
  {
    route: '/insights/security',
    address: 'insights/security?from=2026-01-01&to=2026-06-30&granularity=month&severity=critical,high',
    ready: 'Clear filters',
  },
  {
    route: '/findings',
    address: 'findings?severity=critical,high&rule=java:S2077&owasp=A3:2021',
    ready: 'javasecurity:S3649',
  },
  { route: '/findings', address: 'findings?finding=2', ready: 'How to fix it (Spring)' },
  { route: '/projects', address: 'projects', ready: 'Not evaluated' },
  { route: '/projects/$id', address: 'projects/1', ready: 'Fails when' },
  { route: '/projects/$id/history', address: 'projects/1/history', ready: 'Lines of code' },
  { route: '/projects/$id/findings', address: 'projects/1/findings', ready: 'QueryFactory' },
  { route: '/projects/$id/branches', address: 'projects/1/branches', ready: 'release/2.x' },
  { route: '/projects/bindings', address: 'projects/bindings', ready: 'SonarQube reports too' },
  { route: '/projects/bindings', address: 'projects/bindings?binding=2', ready: 'Not the documented form' },
  { route: '/projects/bindings', address: 'projects/bindings?view=suggestions', ready: 'the names are alike' },
  { route: '/pull-requests', address: 'pull-requests', ready: 'Not evaluated (server: OK)' },
  { route: '/pull-requests/$id', address: 'pull-requests/1?attempt=8', ready: 'timeout' },
  {
    route: '/pull-requests/repositories/$id',
    address: 'pull-requests/repositories/1',
    ready: 'What to enter in Bitbucket',
  },
  { route: '/pull-requests/$id', address: 'pull-requests/3', ready: 'one per project of this repository' },
  { route: '/projects/import', address: 'projects/import', ready: 'Not finished' },
  { route: '/images', address: 'images', ready: 'partner-gateway-sidecar' },
  { route: '/images/repositories', address: 'images/repositories', ready: '131' },
  { route: '/images/$id', address: 'images/1', ready: 'The statement names no commit' },
  { route: '/policy', address: 'policy', ready: 'partner-gateway-sidecar' },
  { route: '/policy', address: 'policy?table=1', ready: 'Share passed' },
  { route: '/policy/configurations', address: 'policy/configurations', ready: 'sonar-production' },
  { route: '/policy/environments', address: 'policy/environments', ready: 'now points to another image' },
  { route: '/policy/rules', address: 'policy/rules', ready: 'svc/basket' },
  { route: '/integrations', address: 'integrations', ready: 'sonar-production' },
  { route: '/integrations', address: 'integrations?added=1', ready: 'Watch the first sync' },
  { route: '/integrations/available', address: 'integrations/available', ready: 'Quality gates'.toLowerCase() },
  { route: '/integrations/satellites', address: 'integrations/satellites', ready: 'satellite-b.factory.example' },
  { route: '/integrations/network', address: 'integrations/network', ready: 'sonar.example.net' },
  { route: '/integrations/add/$kind', address: 'integrations/add/sonarqube', ready: 'Continue' },
  { route: '/integrations/$id', address: 'integrations/1', ready: '5 checks passed' },
  { route: '/integrations/$id/monitoring', address: 'integrations/1/monitoring', ready: 'SonarQube is starting' },
  {
    route: '/integrations/$id/monitoring',
    address: 'integrations/1/monitoring?run=3',
    ready: 'partner-gateway are not',
  },
  {
    route: '/integrations/$id/monitoring',
    address: 'integrations/1/monitoring?find=AZqT0k8Wb1',
    ready: 'The server says now',
  },
  { route: '/integrations/$id/completeness', address: 'integrations/1/completeness', ready: 'not proven' },
  { route: '/integrations/$id/completeness', address: 'integrations/1/completeness?audit=1', ready: 'Missing here' },
  { route: '/integrations/$id/inbox', address: 'integrations/1/inbox', ready: 'Never arrived; recovered' },
  { route: '/integrations/$id/inbox', address: 'integrations/1/inbox?delivery=3', ready: 'PULL_REQUEST' },
  { route: '/integrations/$id/endpoints', address: 'integrations/1/endpoints', ready: 'api/measures/search_history' },
  { route: '/integrations/$id/settings', address: 'integrations/1/settings', ready: 'Minutes between runs' },
  { route: '/help/$', address: 'help/sonarqube', ready: 'What the validation checks' },
  { route: '/help/$', address: 'help/readme?q=retention', ready: 'Operations › Retention' },
  { route: '/data', address: 'data', ready: 'Every issue of every branch' },
  { route: '/data/sql', address: 'data/sql', ready: 'Somebody else' },
  { route: '/data/sql/$slug', address: 'data/sql/critical-issues-by-project', ready: 'For the weekly round' },
  { route: '/data/api', address: 'data/api', ready: '/api/v1/insights/security/trend' },
  { route: '/settings', address: 'settings', ready: 'grace@example.com' },
  { route: '/settings/tokens', address: 'settings/tokens', ready: 'ci-payments' },
  { route: '/settings/logins', address: 'settings/logins', ready: 'plumbline_analyst_1' },
  { route: '/settings/webhooks', address: 'settings/webhooks', ready: 'Channel of the platform team' },
  { route: '/settings/webhooks', address: 'settings/webhooks?endpoint=1', ready: 'Given up' },
  { route: '/settings/audit', address: 'settings/audit', ready: 'integration.created' },
  { route: '/settings/retention', address: 'settings/retention', ready: 'Audit trail' },
  { route: '/settings/system', address: 'settings/system', ready: 'worker' },
  { route: '/settings/account', address: 'settings/account', ready: 'New password again' },
];
