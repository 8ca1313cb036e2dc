import { checkWords } from '../../contract.ts';

/** The checks in the order in which they run. */
export const words = checkWords({
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_bitbucket: 'Bitbucket Server answers there and is running',
  version_supported: 'The version is supported (5.15 or newer)',
  code_insights: 'Code Insights are there',
  token_accepted: 'The token is accepted',
  user_licensed: 'The token’s user has a licence',
  named_projects: 'Every named project exists and can be read',
  list_repositories: 'Repositories can be listed',
  read_pull_requests: 'Pull requests can be read',
});

export const { ok, skipped, untried, warning, failed, failedBy } = words;
export type CheckName = (typeof words.names)[number];
