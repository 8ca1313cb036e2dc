import type { LinkProps } from '@tanstack/react-router';

export interface Target {
  key: string;
  label: string;
  place: string;
  link: LinkProps;
}

const pages: readonly Target[] = [
  { key: 'security', label: 'Security', place: 'Insights', link: { to: '/insights/security' } },
  { key: 'projects', label: 'Projects', place: 'Page', link: { to: '/projects' } },
  { key: 'integrations', label: 'Your integrations', place: 'Integrations', link: { to: '/integrations' } },
  { key: 'available', label: 'Available integrations', place: 'Integrations', link: { to: '/integrations/available' } },
  { key: 'network', label: 'Network', place: 'Integrations', link: { to: '/integrations/network' } },
  { key: 'schema', label: 'Schema', place: 'Data', link: { to: '/data' } },
  { key: 'sql', label: 'SQL', place: 'Data', link: { to: '/data/sql' } },
  { key: 'api', label: 'API', place: 'Data', link: { to: '/data/api' } },
  { key: 'people', label: 'People and roles', place: 'Settings', link: { to: '/settings' } },
  { key: 'tokens', label: 'API tokens', place: 'Settings', link: { to: '/settings/tokens' } },
  { key: 'logins', label: 'Database logins', place: 'Settings', link: { to: '/settings/logins' } },
  { key: 'audit', label: 'Audit trail', place: 'Settings', link: { to: '/settings/audit' } },
  { key: 'system', label: 'System', place: 'Settings', link: { to: '/settings/system' } },
  { key: 'account', label: 'Your account', place: 'Settings', link: { to: '/settings/account' } },
];

interface Named {
  id: number;
  name: string;
}

/** Pages, integrations and projects that contain every word of the text; those that begin with it come first. */
export function jumpTargets(
  text: string,
  integrations: readonly Named[],
  projects: readonly (Named & { key: string })[],
): Target[] {
  const words = text.toLowerCase().split(/\s+/);
  const all: Target[] = [
    ...pages,
    ...integrations.flatMap(({ id, name }): Target[] => [
      {
        key: `i${id}`,
        label: name,
        place: 'Integration',
        link: { to: '/integrations/$id', params: { id: String(id) } },
      },
      {
        key: `m${id}`,
        label: `${name} monitoring`,
        place: 'Integration',
        link: { to: '/integrations/$id/monitoring', params: { id: String(id) } },
      },
    ]),
  ];
  const matching = all.filter(({ label, place }) =>
    words.every((word) => `${label} ${place}`.toLowerCase().includes(word)),
  );
  const first = text.toLowerCase();
  matching.sort(
    (a, b) => Number(b.label.toLowerCase().startsWith(first)) - Number(a.label.toLowerCase().startsWith(first)),
  );
  // The server has matched the projects already, by name and by key.
  const found = projects.map(
    (project): Target => ({
      key: `p${project.id}`,
      label: project.name,
      place: project.key,
      link: { to: '/projects/$id', params: { id: String(project.id) } },
    }),
  );
  return [...matching, ...found].slice(0, 30);
}
