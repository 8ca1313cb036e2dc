import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { useSatelliteFile } from '../satellites/use-file.ts';

/** In place of credentials: the hub has none of what a satellite reads. */
export function SatelliteCard({ integration }: { integration: IntegrationAnswer }): ReactElement {
  const file = useSatelliteFile();
  const mayDownload = useCan('integrations:write') && integration.state !== 'deleting';
  return (
    <Card
      title="Read by a satellite"
      note="The hub neither reaches it nor has its key."
      padded
      actions={
        mayDownload ? (
          <Button busy={file.isPending} onClick={() => file.mutate({ integrationIds: [integration.id] })}>
            Download YAML File
          </Button>
        ) : undefined
      }
    >
      <p>
        {integration.checkedAt === null
          ? 'It waits: nothing is read before a satellite has validated the connection. Start one with the file, then check below.'
          : 'A download makes a new key; those before stay good until they are revoked.'}{' '}
        <Link to="/integrations/satellites">Satellites</Link>
      </p>
      {file.error === null ? null : <MutationError error={file.error} />}
    </Card>
  );
}
