import type { Database } from '../../../platform/database/index.ts';
import { Answer, type Route, route } from '../../access/index.ts';
import { ImportParams } from '../contract.ts';
import { type ImportKinds, listBulks, showBulk, startBulk, stopBulk } from './bulk.ts';
import * as contract from './contract.ts';

const own = { permission: 'integrations:write', scope: 'organization', tag: 'Import' } as const;

export interface BulkRouteOptions {
  db: Database;
  kinds: ImportKinds;
  /** One was begun, or is to end. */
  wake(): void;
}

/** Importing many repositories at once, in the background. */
export function bulkRoutes({ db, kinds, wake }: BulkRouteOptions): Route[] {
  return [
    route({
      ...own,
      method: 'POST',
      path: '/api/v1/import/:id/bulk',
      summary:
        'Begins to set up many repositories, one after the other in the background. The same again answers the one under way.',
      errors: [
        'import_needs_person',
        'integration_not_found',
        'integration_deleting',
        'import_token_missing',
        'import_token_refused',
        'import_running',
      ],
      params: ImportParams,
      body: contract.BulkImportInput,
      response: contract.OneBulkImport,
      async handle({ actor, params, body }) {
        const { begun, answer } = await startBulk({ db, kinds }, actor, params.id, body);
        wake();
        return begun ? new Answer(answer, { status: 201 }) : answer;
      },
    }),
    route({
      ...own,
      method: 'GET',
      path: '/api/v1/import/:id/bulk',
      summary: 'Lists the caller’s imports of many repositories: those under way and the last that ended.',
      errors: ['import_needs_person'],
      params: ImportParams,
      response: contract.BulkImportList,
      handle: ({ actor, params }) => listBulks(db, actor, params.id),
    }),
    route({
      ...own,
      method: 'GET',
      path: '/api/v1/import/:id/bulk/:bulk',
      summary: 'Shows how far an import of many repositories is, and what became of each of them.',
      errors: ['import_needs_person', 'import_not_found'],
      params: contract.BulkImportParams,
      response: contract.BulkImportDetail,
      handle: ({ actor, params }) => showBulk(db, actor, { integrationId: params.id, id: params.bulk }),
    }),
    route({
      ...own,
      method: 'POST',
      path: '/api/v1/import/:id/bulk/:bulk/cancel',
      summary: 'Ends an import of many repositories: the one that is begun is ended, the others are left out.',
      errors: ['import_needs_person', 'import_not_found'],
      params: contract.BulkImportParams,
      response: contract.OneBulkImport,
      async handle({ actor, params }) {
        const answer = await stopBulk(db, actor, { integrationId: params.id, id: params.bulk });
        wake();
        return answer;
      },
    }),
  ];
}
