import type { Database, Tx } from '../../../platform/database/index.ts';
import { Answer, type HeldByNode, noNodes, type Route, route } from '../../access/index.ts';
import * as contract from './contract.ts';
import { readMatrix } from './matrix.ts';
import { listDeployments, readDetail } from './read.ts';
import { reportDeployment } from './report.ts';

export interface DeployedOptions {
  db: Database;
  now(): Date;
  heldBy?: HeldByNode;
  /** Tells other rooms, in the transaction of the change. */
  tell?(tx: Tx, changes: readonly { kind: string; id: number }[]): Promise<void>;
}

const tag = 'Deployments';
const read = { permission: 'deployments:read', scope: 'rows', tag } as const;

export function deployedRoutes({ db, now, heldBy = noNodes, tell }: DeployedOptions): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/deployments',
      permission: 'deployments:report',
      scope: 'organization',
      tag,
      summary: 'Takes in what a pipeline says of a deployment; the same report again changes nothing.',
      errors: [
        'image_reference_invalid',
        'deployment_time_invalid',
        'deployment_differs',
        'deployment_ended_otherwise',
        'deployment_place_unknown',
        'integration_not_found',
      ],
      body: contract.ReportRequest,
      response: contract.ReportAnswer,
      async handle({ actor, body }) {
        const answer = await reportDeployment({ db, now, tell }, actor, body);
        return new Answer(answer, { status: answer.outcome === 'created' ? 201 : 200 });
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/deployments',
      summary: 'Lists deployments, the newest first.',
      query: contract.DeploymentQuery,
      errors: ['org_node_not_found'],
      response: contract.DeploymentList,
      handle: ({ query }) => listDeployments(db, query, heldBy),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/deployments/running',
      summary: 'Shows what runs where now, by service and environment, with what leaves it in doubt.',
      query: contract.MatrixQuery,
      response: contract.Matrix,
      handle: ({ query }) => readMatrix(db, query),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/deployments/:id',
      summary: 'Shows one deployment, what runs in its place, what ran before it, and the history of the place.',
      errors: ['deployment_not_found'],
      params: contract.IdParams,
      response: contract.DeploymentDetail,
      handle: ({ params }) => readDetail(db, params.id),
    }),
  ];
}
