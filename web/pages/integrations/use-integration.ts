import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { integrationQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';

const route = getRouteApi('/shell/integrations/$id');

/** The integration of the page around a tab, which shows tabs only when it is there. */
export function useIntegration(): { id: string; integration: IntegrationAnswer | undefined } {
  const { id } = route.useParams();
  return { id, integration: useQuery(integrationQuery(useApi(), id)).data };
}
