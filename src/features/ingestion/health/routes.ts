import { z } from 'zod';
import { type Route, route } from '../../access/index.ts';
import { IntegrationHealthHistory, IntegrationHealthList } from '../contract.ts';
import type { HealthWatch } from './index.ts';

const tag = 'Health';

export function healthRoutes(watch: HealthWatch): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/health',
      permission: 'integrations:read',
      summary: 'Health of every integration with the reasons in words.',
      tag,
      response: IntegrationHealthList,
      handle: async () => ({ integrations: await watch.list() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/integrations/:id/health',
      permission: 'integrations:read',
      summary: 'Health of one integration, and its last 100 changes, newest first.',
      tag,
      errors: ['integration_not_found'],
      params: z.strictObject({ id: z.string().min(1).max(400) }),
      response: IntegrationHealthHistory,
      handle: ({ params }) => watch.history(params.id),
    }),
  ];
}
