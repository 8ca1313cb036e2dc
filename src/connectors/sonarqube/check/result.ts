import { checkWords } from '../../contract.ts';

/** The checks in the order in which they run. */
export const words = checkWords({
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_sonarqube: 'A SonarQube server answers there',
  server_ready: 'The server is up',
  version_supported: 'The version is supported',
  token_valid: 'The token is valid',
  token_kind: 'Kind of the token',
  token_expiry: 'Expiry of the token',
  organization: 'The organization exists',
  list_projects: 'Projects can be listed',
  named_projects: 'Every named project exists',
  read_issues: 'Issues can be read',
  read_measures: 'Measures can be read',
  read_history: 'History can be read',
  read_hotspots: 'Security hotspots can be read',
  administer: 'Webhooks can be set up',
});

export const { ok, skipped, untried, warning, failed, failedBy } = words;
export type CheckName = (typeof words.names)[number];
