/** Pages of SonarQube about one pull request. */
export interface ChangeLinks {
  /** As people reach it, which may be another address than the hub’s; a path is kept. */
  base: string;
  projectKey: string;
  /** Null for a companion, which is a project of its own. */
  pullRequest: string | null;
}

export const dashboardLink = (of: ChangeLinks): string => page(of, '/dashboard', {});

export const issueLink = (of: ChangeLinks, key: string): string =>
  page(of, '/project/issues', { issues: key, open: key });

export const hotspotLink = (of: ChangeLinks, key: string): string => page(of, '/security_hotspots', { hotspots: key });

function page({ base, projectKey, pullRequest }: ChangeLinks, path: string, more: Record<string, string>): string {
  const query = new URLSearchParams({ id: projectKey, ...(pullRequest === null ? {} : { pullRequest }), ...more });
  return `${base.endsWith('/') ? base.slice(0, -1) : base}${path}?${query}`;
}

/** True for an address that nobody but the server itself can open: SonarQube’s base URL was never set. */
export function leadsNowhere(base: string): boolean {
  const { hostname } = new URL(base);
  return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname);
}
