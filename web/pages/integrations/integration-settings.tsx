import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { connectorsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Loaded, Notice } from '../../components/states.tsx';
import { DeleteCard } from './delete-card.tsx';
import { EditCard } from './edit-card.tsx';
import { PauseCard } from './pause-card.tsx';
import { ServerCard } from './server-card.tsx';
import { useIntegration } from './use-integration.ts';

export function IntegrationSettings(): ReactElement | null {
  const { integration } = useIntegration();
  const mayChange = useCan('integrations:write');
  const connectors = useQuery(connectorsQuery(useApi()));
  if (integration === undefined) return null;
  if (!mayChange) return <Notice title="Your role does not allow changing integrations.">An administrator can.</Notice>;
  if (integration.state === 'deleting') return <p>Nothing can be changed any more.</p>;
  return (
    <Loaded query={connectors}>
      {(data) => {
        const form = data.connectors.find((connector) => connector.kind === integration.kind)?.form ?? [];
        return (
          <>
            <EditCard key={integration.updatedAt} integration={integration} form={form} />
            <ServerCard integration={integration} />
            <PauseCard integration={integration} />
            <DeleteCard integration={integration} />
          </>
        );
      }}
    </Loaded>
  );
}
