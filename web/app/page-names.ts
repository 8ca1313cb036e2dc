/** What the pages of the router are called, and which permission they take; one without a name is called by its path. */
interface PageName {
  label: string;
  place: string;
  permission?: string;
}

export const pageNames: Readonly<Record<string, PageName>> = {
  '/insights/security': { label: 'Security', place: 'Insights' },
  '/findings': { label: 'Findings', place: 'Page' },
  '/projects': { label: 'Projects', place: 'Page' },
  '/images': { label: 'Images', place: 'Page' },
  '/images/repositories': { label: 'Repositories', place: 'Images' },
  '/policy': { label: 'Policy', place: 'Page' },
  '/policy/configurations': { label: 'Policy configurations', place: 'Policy' },
  '/policy/environments': { label: 'Environments', place: 'Policy' },
  '/policy/rules': { label: 'Policy rules and mappings', place: 'Policy' },
  '/integrations': { label: 'Your integrations', place: 'Integrations' },
  '/integrations/available': { label: 'Available integrations', place: 'Integrations' },
  '/integrations/network': { label: 'Network', place: 'Integrations' },
  '/data': { label: 'Schema', place: 'Data' },
  '/data/sql': { label: 'SQL', place: 'Data' },
  '/data/api': { label: 'API', place: 'Data' },
  '/settings': { label: 'People and roles', place: 'Settings', permission: 'users:read' },
  '/settings/tokens': { label: 'API tokens', place: 'Settings', permission: 'tokens:write' },
  '/settings/logins': { label: 'Database logins', place: 'Settings', permission: 'analysts:write' },
  '/settings/webhooks': { label: 'Outgoing webhooks', place: 'Settings', permission: 'settings:write' },
  '/settings/audit': { label: 'Audit trail', place: 'Settings', permission: 'audit:read' },
  '/settings/retention': { label: 'Retention', place: 'Settings' },
  '/settings/system': { label: 'System', place: 'Settings' },
  '/settings/account': { label: 'Your account', place: 'Settings' },
};

/** Never jumped to: one only leads on, the others are for who is not signed in. */
export const notJumpedTo: readonly string[] = ['/', '/setup', '/sign-in'];
