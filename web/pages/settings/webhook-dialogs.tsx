import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';
import type {
  ChangeWebhookRequest,
  CreateWebhookRequest,
  WebhookEndpoint,
  WebhookEventType,
  WebhookSecret,
} from '../../../src/features/operations/contract.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { MutationError } from '../../components/states.tsx';

const eventWords: Record<WebhookEventType, string> = {
  'health.changed': 'the health of an integration changed',
  'policy.changed': 'the policy’s answer on an image changed',
  'gate.changed': 'the quality gate of a branch changed',
  'report.changed': 'a report on a pull request cannot be written, or can again',
};

const allEvents = Object.keys(eventWords) as WebhookEventType[];

interface Draft {
  url: string;
  description: string;
  events: readonly WebhookEventType[];
}

export function AddWebhook({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>({ url: '', description: '', events: ['health.changed'] });
  const add = useMutation({
    mutationFn: (body: CreateWebhookRequest) => api.send<WebhookSecret>('POST', 'api/v1/outgoing-webhooks', body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['outgoing-webhooks'] }),
  });
  if (add.data !== undefined) return <ShowSecret secret={add.data.secret} onClose={onClose} />;
  return (
    <DialogBox
      title="Add a webhook"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={draft.url.trim() === '' || draft.events.length === 0}
            busy={add.isPending}
            onClick={() => add.mutate({ ...draft, url: draft.url.trim(), events: [...draft.events] })}
          >
            Add it
          </Button>
        </>
      }
    >
      <WebhookFields draft={draft} onChange={setDraft} />
      <MutationError error={add.error} />
    </DialogBox>
  );
}

export function EditWebhook({ endpoint, onClose }: { endpoint: WebhookEndpoint; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const path = `api/v1/outgoing-webhooks/${endpoint.id}`;
  const refresh = () => client.invalidateQueries({ queryKey: ['outgoing-webhooks'] });
  const [draft, setDraft] = useState<Draft>(endpoint);
  const [deleting, setDeleting] = useState(false);
  const change = useMutation({
    mutationFn: (body: ChangeWebhookRequest) => api.send('PATCH', path, body),
    async onSuccess() {
      await refresh();
      onClose();
    },
  });
  const rotate = useMutation({
    mutationFn: () => api.send<WebhookSecret>('POST', `${path}/rotate-secret`),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', path),
    async onSuccess() {
      await refresh();
      onClose();
    },
  });
  if (rotate.data !== undefined) {
    return (
      <ShowSecret secret={rotate.data.secret} onClose={onClose}>
        The one before it signs too for a day, so that nothing is lost while you change over.
      </ShowSecret>
    );
  }
  if (deleting) {
    return (
      <DialogBox
        title="Delete this webhook"
        onClose={onClose}
        footer={
          <>
            <Button onClick={() => setDeleting(false)}>Keep it</Button>
            <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
              Delete
            </Button>
          </>
        }
      >
        <p>{endpoint.url} is told nothing more; what waits for it and its list of deliveries go with it.</p>
        <MutationError error={remove.error} />
      </DialogBox>
    );
  }
  const on = endpoint.disabledAt === null;
  return (
    <DialogBox
      title="Edit the webhook"
      onClose={onClose}
      footer={
        <>
          <Button look="danger" onClick={() => setDeleting(true)}>
            Delete
          </Button>
          <Button busy={change.isPending} onClick={() => change.mutate({ enabled: !on })}>
            {on ? 'Switch off' : 'Switch on'}
          </Button>
          <Button
            look="primary"
            disabled={draft.url.trim() === '' || draft.events.length === 0}
            busy={change.isPending}
            onClick={() =>
              change.mutate({ url: draft.url.trim(), description: draft.description, events: [...draft.events] })
            }
          >
            Save
          </Button>
        </>
      }
    >
      <WebhookFields draft={draft} onChange={setDraft} />
      <div>
        <Button icon="key" busy={rotate.isPending} onClick={() => rotate.mutate()}>
          Make a new signing secret
        </Button>
      </div>
      <MutationError error={change.error ?? rotate.error} />
    </DialogBox>
  );
}

function ShowSecret({
  secret,
  children,
  onClose,
}: {
  secret: string;
  children?: ReactNode;
  onClose: () => void;
}): ReactElement {
  return (
    <ShownOnce title="The signing secret" texts={{ 'The signing secret': secret }} onClose={onClose}>
      It is shown this once. The receiver checks each signature with it. {children}
    </ShownOnce>
  );
}

function WebhookFields({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }): ReactElement {
  const { events } = draft;
  return (
    <>
      <TextField
        label="Address"
        inputMode="url"
        placeholder="https://hooks.example.com/plumbline"
        help="Each event is sent there by POST as JSON."
        value={draft.url}
        onChange={(event) => onChange({ ...draft, url: event.target.value })}
      />
      <TextField
        label="Description"
        optional
        placeholder="Pager of the platform team"
        value={draft.description}
        onChange={(event) => onChange({ ...draft, description: event.target.value })}
      />
      <fieldset className="form">
        <legend>Events</legend>
        {allEvents.map((type) => (
          <Checkbox
            key={type}
            label={
              <>
                <code>{type}</code> {eventWords[type]}
              </>
            }
            checked={events.includes(type)}
            onChange={(checked) =>
              onChange({ ...draft, events: checked ? [...events, type] : events.filter((one) => one !== type) })
            }
          />
        ))}
      </fieldset>
    </>
  );
}
