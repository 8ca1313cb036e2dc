import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { deletionPreviewQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Loaded, MutationError } from '../../components/states.tsx';
import { sentenceCase } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';

export function DeleteCard({ integration }: { integration: IntegrationAnswer }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <Card
      title="Delete"
      note="Removes the integration, its rows and its secrets."
      narrow
      actions={
        <Button look="danger" onClick={() => setOpen(true)}>
          Delete…
        </Button>
      }
    >
      {open ? <Confirmation integration={integration} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

function Confirmation({ integration, onClose }: { integration: IntegrationAnswer; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const navigate = useNavigate();
  const preview = useQuery(deletionPreviewQuery(api, String(integration.id)));
  const [name, setName] = useState('');
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/integrations/${integration.id}`, { name }),
    async onSuccess() {
      await navigate({ to: '/integrations' });
      await client.invalidateQueries({ queryKey: ['integrations'] });
    },
  });
  const matches = name === integration.name;
  return (
    <DialogBox
      title={`Delete ${integration.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" disabled={!matches} busy={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <Loaded query={preview}>
        {({ total, counts }) => (
          <>
            <p>
              {countOf(total, 'row')} will go, and they cannot be brought back except by reading the server again. What
              the server has dropped meanwhile is lost. An entry in the audit trail stays.
            </p>
            <Facts
              entries={counts
                .filter(({ rows }) => rows > 0)
                .map(({ room, rows }) => [sentenceCase(room), formatCount(rows)] as const)}
            />
          </>
        )}
      </Loaded>
      <TextField
        label={`Type ${integration.name} to confirm`}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <MutationError error={remove.error} />
    </DialogBox>
  );
}
