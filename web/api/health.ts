import { queryOptions } from '@tanstack/react-query';
import type { IntegrationHealth, IntegrationHealthList } from '../../src/features/ingestion/contract.ts';
import type { ApiClient } from './client.ts';

export const healthQuery = (api: ApiClient) =>
  queryOptions({
    meta: { needs: 'integrations:read' },
    queryKey: ['health'],
    queryFn: ({ signal }) => api.get<IntegrationHealthList>('api/v1/health', { signal }),
    refetchInterval: 15_000,
  });

/** Of one integration, named by id or by name as in an address; undefined while it is not known. */
export function healthOf(list: IntegrationHealthList | undefined, id: string): IntegrationHealth | undefined {
  return list?.integrations.find((one) => String(one.integrationId) === id || one.integrationName === id);
}
