import type { Database } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import { type Actor, audit, type Route, route } from '../access/index.ts';
import { listLeftCompanions } from './companion/left-over.ts';
import { type ScanOptions, scanParameters } from './companion/scan-parameters.ts';
import * as contract from './contract.ts';
import { askForPullRequest } from './reactions.ts';
import { findPullRequest, listPullRequests } from './reading/list-pull-requests.ts';
import { listReportFindings, readPullRequest } from './reading/read-pull-request.ts';
import type { ChangeSource } from './sources/source.ts';
import { askAgain } from './store/reports.ts';

const tag = 'Pull requests';

/** Every route of the room. */
export function reportRoutes(options: ScanOptions & { sources: readonly ChangeSource[] }): Route[] {
  const { db } = options;
  return [
    route({
      method: 'GET',
      path: '/api/v1/pull-requests',
      permission: 'findings:read',
      scope: 'rows',
      tag,
      summary: 'Lists pull requests with the reports on their heads.',
      query: contract.PullRequestQuery,
      response: contract.PullRequestList,
      handle: ({ query }) => listPullRequests(db, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pull-requests/:id',
      permission: 'findings:read',
      scope: 'rows',
      tag,
      summary: 'Shows one pull request: its gate per project, its reports, and each attempt with the calls it made.',
      errors: ['not_found'],
      params: contract.PullRequestParams,
      response: contract.PullRequestDetail,
      handle: ({ params }) => readPullRequest(options, params.id),
    }),
    route({
      method: 'GET',
      path: '/api/v1/pull-requests/:id/findings',
      permission: 'findings:read',
      scope: 'rows',
      tag,
      summary: 'Lists the new findings of a pull request in the order in which they are shown.',
      errors: ['not_found'],
      params: contract.PullRequestParams,
      query: contract.ReportFindingQuery,
      response: contract.ReportFindingList,
      handle: ({ params, query }) => listReportFindings(options, params.id, query),
    }),
    route({
      method: 'GET',
      path: '/api/v1/companions/left',
      permission: 'findings:read',
      scope: 'organization',
      tag,
      summary: 'Lists companion projects of closed pull requests whose deletion failed, and why.',
      query: contract.LeftCompanionQuery,
      response: contract.LeftCompanions,
      handle: ({ query }) => listLeftCompanions(db, query.pullRequest ?? null),
    }),
    route({
      method: 'POST',
      path: '/api/v1/pull-requests/scan-parameters',
      permission: 'companions:write',
      scope: 'organization',
      tag,
      summary: 'Tells what a scanner must be told for a pull request; makes its companion project where one is needed.',
      errors: [
        'not_found',
        'project_not_found',
        'companion_not_possible',
        'companion_not_permitted',
        'companion_key_taken',
      ],
      body: contract.ScanInput,
      response: contract.ScanParameters,
      handle: ({ actor, body, signal }) => scanParameters(options, actor, { ...body, signal }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/pull-requests/:id/report',
      permission: 'integrations:write',
      scope: 'organization',
      tag,
      summary: 'Writes the reports on the head of a pull request again, also where they lie there as they should.',
      errors: ['not_found'],
      params: contract.PullRequestParams,
      response: contract.ReportAgain,
      handle: ({ actor, params }) => reportAgain(db, actor, params.id),
    }),
  ];
}

/** Throws `not_found`. */
async function reportAgain(db: Database, actor: Actor, id: number): Promise<{ asked: number }> {
  return db.transaction(async (tx) => {
    const found = await findPullRequest(tx, id);
    if (found === undefined) throw new PlumblineError('not_found');
    const asking = { cause: 'person', askedBy: actor.name } as const;
    const asked = await askForPullRequest(tx, id, asking);
    await askAgain(tx, { pullRequest: id }, { ...asking, force: true });
    const { project, slug } = found.repository;
    const name = `${project}/${slug} pull request ${found.number}`;
    await audit(tx, actor, 'report.again', { kind: 'pull_request', id, name }, { asked });
    return { asked };
  });
}
