import type { CatalogueEntry } from './entry.ts';

/** Codes of connections to outside systems, the same for every connector. */
export const connectionErrors = {
  invalid_credentials: {
    status: 422,
    retryable: false,
    title: 'The outside system does not accept the token.',
    remedy: 'Make a new token there and enter it with Re-authenticate.',
  },
  expired_credentials: {
    status: 422,
    retryable: false,
    title: 'The token has expired.',
    remedy: 'Make a new token there and enter it with Re-authenticate.',
  },
  invalid_permissions: {
    status: 422,
    retryable: false,
    title: 'The token is valid but may not read what is needed.',
    remedy: 'Give the token’s user the permission named by the failed check.',
  },
  no_resources: {
    status: 422,
    retryable: false,
    title: 'The token sees no project or organization.',
    remedy:
      'Let the token see what is to be read: Browse on projects in SonarQube, read on repositories in Bitbucket, Account Viewer on all resources in Harness, pull in a registry.',
  },
  unreachable: {
    status: 502,
    retryable: true,
    title: 'The address does not answer.',
    remedy: 'Check the address, DNS, firewall and proxy from the machine the hub runs on.',
  },
  tls_error: {
    status: 502,
    retryable: false,
    title: 'The TLS certificate is not trusted.',
    remedy: 'Add the certificate authority of that server under the integration’s “CA certificate” setting.',
  },
  timeout: {
    status: 504,
    retryable: true,
    title: 'The outside system did not answer in time.',
    remedy: 'Try again; if it stays, look at that server’s load.',
  },
  unsupported_version: {
    status: 422,
    retryable: false,
    title: 'This version is too old.',
    remedy: 'Upgrade the outside system to a supported version.',
  },
  not_a_sonarqube_server: {
    status: 422,
    retryable: false,
    title: 'The address answers, but not as a SonarQube server.',
    remedy: 'Enter the base URL including the web context, and check that no proxy log-in page stands in between.',
  },
  server_not_ready: {
    status: 503,
    retryable: true,
    title: 'The server is starting or under maintenance.',
    remedy: 'Wait until the server reports UP; the sync tries again by itself.',
  },
  organization_not_found: {
    status: 422,
    retryable: false,
    title: 'The organization does not exist or the token cannot see it.',
    remedy:
      'Enter it letter by letter as its system shows it: the key in SonarQube, the identifier or the name in Harness.',
  },
  project_not_found: {
    status: 422,
    retryable: false,
    title: 'A named project does not exist for this token.',
    remedy: 'Enter the project key exactly; keys are case-sensitive.',
  },
  rate_limited: {
    status: 429,
    retryable: true,
    title: 'The outside system asks for fewer calls.',
    remedy: 'Nothing to do: the sync pauses for that host and goes on by itself.',
  },
  upstream_error: {
    status: 502,
    retryable: true,
    title: 'The outside system answered with an error.',
    remedy: 'Look at that server’s own log at the time shown.',
  },
  endpoint_unavailable: {
    status: 502,
    retryable: false,
    title: 'An endpoint is missing or blocked.',
    remedy: 'Allow the path named here on the proxy in between, or accept that its data is missing.',
  },
  address_not_allowed: {
    status: 422,
    retryable: false,
    title: 'The hub does not call this address.',
    remedy: 'Allow the network in PLUMBLINE_OUTBOUND_ALLOW if the hub should reach it.',
  },
  response_too_large: {
    status: 502,
    retryable: false,
    title: 'The answer is larger than the limit.',
    remedy: 'Check what answers at this address; a page of this API is never that large.',
  },
  malformed_response: {
    status: 502,
    retryable: true,
    title: 'The answer is cut off or not readable.',
    remedy: 'Check proxies in between; the sync tries again by itself.',
  },
} as const satisfies Record<string, CatalogueEntry>;
