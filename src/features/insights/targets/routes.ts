import type { Database } from '../../../platform/database/index.ts';
import { type Route, route } from '../../access/index.ts';
import { seenBy } from '../../teams/index.ts';
import * as contract from './contract.ts';
import { readTargetSettings, saveNodeTargets, saveOrganizationTargets } from './settings.ts';

const of = { tag: 'Insights', scope: 'organization' } as const;

/** Within how many days what is open is to be resolved, and who has other targets. */
export function targetRoutes({ db, reads }: { db: Database; reads: Database }): Route[] {
  return [
    route({
      ...of,
      scope: 'rows',
      method: 'GET',
      path: '/api/v1/insights/targets',
      permission: 'insights:read',
      summary:
        'Shows within how many days open vulnerabilities are to be resolved, by severity, and who has other targets.',
      response: contract.TargetSettings,
      handle: () => readTargetSettings(reads),
    }),
    route({
      ...of,
      method: 'PUT',
      path: '/api/v1/insights/targets',
      permission: 'settings:write',
      summary: 'Says the targets of the organization, and when one is about to be broken.',
      body: contract.TargetsInput,
      response: contract.TargetSettings,
      handle: ({ actor, body }) => saveOrganizationTargets(db, actor, body),
    }),
    route({
      ...of,
      scope: 'node',
      method: 'PUT',
      path: '/api/v1/insights/targets/nodes/:id',
      permission: 'team_settings:write',
      summary: 'Says the targets of a node of an org tree and of what is below it; what is left out is as above it.',
      errors: ['org_node_not_found'],
      params: contract.TargetNodeParams,
      body: contract.OwnTargetsInput,
      response: contract.TargetSettings,
      async handle({ actor, params, body }) {
        await saveNodeTargets(db, actor, params.id, body.targets);
        return seenBy(db, actor, () => readTargetSettings(db));
      },
    }),
  ];
}
