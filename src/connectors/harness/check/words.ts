import { checkWords } from '../../contract.ts';

/** The checks in the order in which they run. */
export const words = checkWords({
  url_format: 'The address suits the account type',
  token_format: 'The API key is one of this account',
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_harness: 'The API of Harness answers there',
  credentials: 'The API key is accepted',
  account: 'The account can be seen',
  identity: 'Whose key it is',
  organizations: 'Every named organization is there',
  projects: 'Every named project is there',
  read_pipelines: 'Pipelines can be read',
  read_executions: 'Executions can be read',
  clock: 'Both clocks agree',
  token_expiry: 'The key is valid for a while',
});

export const { ok, skipped, untried, warning, failed, failedBy } = words;
export type CheckName = (typeof words.names)[number];
