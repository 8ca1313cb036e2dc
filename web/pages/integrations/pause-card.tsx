import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';

export function PauseCard({ integration }: { integration: IntegrationAnswer }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const paused = integration.state === 'paused';
  const change = useMutation({
    mutationFn: () => api.send('POST', `api/v1/integrations/${integration.id}/${paused ? 'resume' : 'pause'}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['integrations'] }),
  });
  return (
    <Card
      title={paused ? 'Paused' : 'Pause'}
      note={paused ? 'Nothing runs by itself.' : 'Stops runs that start by themselves. Data stays.'}
      narrow
      actions={
        <Button busy={change.isPending} onClick={() => change.mutate()}>
          {paused ? 'Resume' : 'Pause'}
        </Button>
      }
    >
      {change.error === null ? null : (
        <div className="card-body">
          <MutationError error={change.error} />
        </div>
      )}
    </Card>
  );
}
