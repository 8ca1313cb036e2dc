import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { DeletedIntegration, IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { deletionPreviewQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { Button, CopyButton } from '../../components/button.tsx';
import { TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Loaded, MutationError, Notice, Upstream } from '../../components/states.tsx';
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
      {open ? <Deletion integration={integration} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

/** The question, and then what stays on the other system and only people can remove. */
function Deletion({ integration, onClose }: { integration: IntegrationAnswer; onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [left, setLeft] = useState<DeletedIntegration['leftBehind'] | null>(null);
  const goOn = async (): Promise<void> => {
    await navigate({ to: '/integrations' });
    await client.invalidateQueries({ queryKey: ['integrations'] });
  };
  if (left !== null) return <LeftBehindBox name={integration.name} left={left} onClose={() => void goOn()} />;
  const deleted = ({ leftBehind }: DeletedIntegration): void => {
    if (leftBehind.length > 0) setLeft(leftBehind);
    else void goOn();
  };
  return <Confirmation integration={integration} onClose={onClose} onDeleted={deleted} />;
}

function LeftBehindBox({
  name,
  left,
  onClose,
}: {
  name: string;
  left: DeletedIntegration['leftBehind'];
  onClose: () => void;
}): ReactElement {
  return (
    <DialogBox
      title={`${name} is being deleted`}
      onClose={onClose}
      footer={
        <Button look="primary" onClick={onClose}>
          Your integrations
        </Button>
      }
    >
      <Notice
        kind="warning"
        title={`${countOf(left.length, 'webhook')} ${left.length === 1 ? 'is' : 'are'} still on the other system.`}
      >
        The hub refuses what they send. Remove them there; the audit trail keeps this list.
      </Notice>
      <ul className="left-behind">
        {left.map(({ what, address, reason, remedy }) => (
          <li key={`${what} ${address}`}>
            <strong>{what}</strong>
            {address === null ? null : (
              <div className="left-address">
                <code>{address}</code>
                <CopyButton text={address} label="Copy" />
              </div>
            )}
            <p>{remedy}</p>
            {reason === null ? null : (
              <p className="note">
                {reason.message} <code>{reason.code}</code>
              </p>
            )}
            <Upstream text={reason?.upstream} />
          </li>
        ))}
      </ul>
    </DialogBox>
  );
}

function Confirmation({
  integration,
  onClose,
  onDeleted,
}: {
  integration: IntegrationAnswer;
  onClose: () => void;
  onDeleted: (answer: DeletedIntegration) => void;
}): ReactElement {
  const api = useApi();
  const preview = useQuery(deletionPreviewQuery(api, String(integration.id)));
  const [name, setName] = useState('');
  const remove = useMutation({
    mutationFn: () => api.send<DeletedIntegration>('DELETE', `api/v1/integrations/${integration.id}`, { name }),
    onSuccess: onDeleted,
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
