import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';

/** Where a person says that another server may answer at the address: a restored or moved one. */
export function ServerCard({ integration }: { integration: IntegrationAnswer }): ReactElement | null {
  const api = useApi();
  const client = useQueryClient();
  const accept = useMutation({
    mutationFn: () => api.send('POST', `api/v1/integrations/${integration.id}/accept-server`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['integrations'] }),
  });
  if (integration.serverId === null) return null;
  return (
    <Card
      title="Server"
      note="When another server answers at this address, nothing is read until you confirm that it is meant."
      narrow
      actions={
        <Button busy={accept.isPending} onClick={() => accept.mutate()}>
          Accept the server that answers now
        </Button>
      }
    >
      <div className="card-body">
        <p>
          Known by its id <code>{integration.serverId}</code>
          {accept.isSuccess ? ', confirmed just now.' : '.'}
        </p>
        {accept.error === null ? null : <MutationError error={accept.error} />}
      </div>
    </Card>
  );
}
