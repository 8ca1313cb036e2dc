/**
 * Page and heading of the documentation for each page of the application, by its route. A test holds that every route has
 * one and that the heading is there.
 */
export const helpTopics: Readonly<Record<string, string>> = {
  '/insights/security': 'insights/formulas#what-is-counted',
  '/findings': 'findings#search-and-facets',
  '/projects': 'sonarqube#what-is-read-and-kept',
  '/projects/$id': 'sonarqube#what-is-read-and-kept',
  '/projects/$id/history': 'sonarqube#how-far-back',
  '/projects/$id/findings': 'findings#search-and-facets',
  '/projects/$id/branches': 'sync#branches-and-pull-requests',
  '/images': 'registries#what-is-read-and-kept',
  '/images/repositories': 'registries#what-is-read-and-kept',
  '/images/$id': 'image-policy#verdicts-and-reason-codes',
  '/policy': 'image-policy#how-an-image-is-judged',
  '/policy/configurations': 'image-policy#what-it-needs',
  '/policy/environments': 'image-policy#environments',
  '/policy/rules': 'image-policy#rules',
  '/integrations': 'sonarqube#changing-pausing-deleting',
  '/integrations/available': 'sonarqube#before-you-begin',
  '/integrations/network': 'operations#network',
  '/integrations/add/$kind': 'sonarqube#set-it-up',
  '/integrations/$id': 'sonarqube#what-the-validation-checks',
  '/integrations/$id/monitoring': 'sonarqube#monitoring',
  '/integrations/$id/completeness': 'sonarqube#how-issues-are-proven-complete',
  '/integrations/$id/inbox': 'webhooks#the-inbox-page',
  '/integrations/$id/endpoints': 'sonarqube#endpoints',
  '/integrations/$id/settings': 'sonarqube#changing-pausing-deleting',
  '/data': 'sql#tables',
  '/data/sql': 'sql#on-the-page-with-the-cli-through-the-api',
  '/data/sql/$slug': 'sql#on-the-page-with-the-cli-through-the-api',
  '/data/api': 'connections-api#calling-it',
  '/settings': 'operations#people-and-roles',
  '/settings/tokens': 'cli#api-tokens',
  '/settings/logins': 'sql#with-psql-grafana-or-metabase',
  '/settings/webhooks': 'outgoing-webhooks#what-arrives',
  '/settings/audit': 'operations#people-and-roles',
  '/settings/retention': 'operations#retention',
  '/settings/system': 'operations#doctor',
  '/settings/account': 'operations#people-and-roles',
};

/** Pages that need none: what they are, they say, and the documentation itself. */
export const withoutHelp: readonly string[] = ['/', '/setup', '/sign-in', '/help/$'];
