import { z } from 'zod';
import { type Route, route } from '../../access/index.ts';
import { type IntegrationHealth, IntegrationHealthHistory, IntegrationHealthList } from '../contract.ts';

const tag = 'Health';

/** What people and programs may ask about health. */
export interface HealthAnswers {
  /** As it is now, whether or not it was recorded yet. */
  list(): Promise<IntegrationHealth[]>;
  /** Throws `integration_not_found`. */
  history(nameOrId: string): Promise<IntegrationHealthHistory>;
}

export function healthRoutes(watch: HealthAnswers): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/health',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Health of every integration with the reasons in words.',
      tag,
      response: IntegrationHealthList,
      handle: async () => ({ integrations: await watch.list() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/health',
      permission: 'integrations:read',
      scope: 'organization',
      summary: 'Health of one integration, and its last 100 changes, newest first.',
      tag,
      errors: ['integration_not_found'],
      params: z.strictObject({ id: z.string().min(1).max(400) }),
      response: IntegrationHealthHistory,
      handle: ({ params }) => watch.history(params.id),
    }),
  ];
}
