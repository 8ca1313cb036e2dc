import { type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { type BlockingOptions, lookAtMerges, readMergeChecks } from './merge-checks.ts';

const tag = 'Blocking merges';
const path = '/api/v1/repositories/:id/merge-checks';

export function blockingRoutes(options: BlockingOptions): Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'findings:read',
      scope: 'rows',
      tag,
      summary: 'Says what to enter as required reports of a repository, and whether they were seen blocking merges.',
      errors: ['not_found'],
      params: contract.RepositoryParams,
      response: contract.MergeChecks,
      handle: ({ params }) => readMergeChecks(options.db, params.id),
    }),
    route({
      method: 'POST',
      path: `${path}/look`,
      permission: 'integrations:write',
      scope: 'organization',
      tag,
      summary: 'Asks the server what keeps up to five open pull requests from being merged, those that fail first.',
      errors: [
        'not_found',
        'integration_not_found',
        'integration_deleting',
        'secrets_required',
        'connector_unknown',
        'invalid_credentials',
        'invalid_permissions',
        'unreachable',
        'timeout',
        'tls_error',
        'rate_limited',
        'upstream_error',
        'malformed_response',
        'endpoint_unavailable',
        'bitbucket_project_not_found',
        'bitbucket_repository_not_found',
        'bitbucket_repository_moved',
        'bitbucket_forbidden',
        'bitbucket_rejected_request',
        'bitbucket_user_unlicensed',
      ],
      params: contract.RepositoryParams,
      response: contract.MergeChecks,
      handle: ({ params, signal }) => lookAtMerges(options, params.id, signal),
    }),
  ];
}
