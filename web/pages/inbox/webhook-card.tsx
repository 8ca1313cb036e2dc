import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { textItems } from '../../../src/domain/text-list.ts';
import type { HandedOut, InboxState, OwnWebhookAnswer } from '../../../src/features/inbox/contract.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button, CopyButton } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { SelectField, TextArea, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { KeptError, MutationError, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { placeWords, webhookLooks } from './words.ts';

/** The hub's own webhook on the server: what it is, what the server refused, and what a person can do. */
export function WebhookCard({ state }: { state: InboxState }): ReactElement {
  const mayChange = useCan('integrations:write');
  const [open, setOpen] = useState<'set up' | 'by hand' | undefined>();
  const rotate = useChange(state, 'POST', 'webhook/rotate');
  const remove = useChange(state, 'DELETE', 'webhook');
  const isSetUp = state.webhooks.length > 0;
  const busy = rotate.isPending || remove.isPending;
  return (
    <Card
      title="Webhook"
      note="With it each analysis is read within a second instead of at the next poll."
      actions={
        mayChange ? (
          <>
            {isSetUp ? (
              <>
                <Button busy={busy} onClick={() => rotate.mutate()}>
                  Rotate secret
                </Button>
                <Button busy={busy} onClick={() => remove.mutate()}>
                  Remove
                </Button>
              </>
            ) : null}
            <Button onClick={() => setOpen('by hand')}>Set up by hand…</Button>
            {state.ownWebhooks ? (
              <Button look={isSetUp ? 'quiet' : 'primary'} onClick={() => setOpen('set up')}>
                {isSetUp ? 'Change…' : 'Set up…'}
              </Button>
            ) : null}
          </>
        ) : null
      }
    >
      <div className="card-body">
        <MutationError error={rotate.error ?? remove.error} />
        {state.unreachable === null ? null : (
          <Notice kind="warning" title={state.unreachable.message}>
            {state.unreachable.remedy}
          </Notice>
        )}
        {isSetUp ? null : (
          <p>
            {state.secrets.length > 0
              ? 'Set up by hand: the server signs with a secret made here.'
              : 'Not set up: changes are found by polling.'}
          </p>
        )}
        {state.webhooks.map((webhook) => (
          <Webhook key={webhook.id} webhook={webhook} />
        ))}
        <Secrets secrets={state.secrets} />
      </div>
      {open === 'set up' ? <SetUp state={state} onClose={() => setOpen(undefined)} /> : null}
      {open === 'by hand' ? <ByHand state={state} onClose={() => setOpen(undefined)} /> : null}
    </Card>
  );
}

function useChange(state: InboxState, method: 'POST' | 'DELETE', path: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.send<InboxState>(method, `api/v1/integrations/${state.integrationId}/${path}`),
    onSettled: () => client.invalidateQueries({ queryKey: ['inbox'] }),
  });
}

function Webhook({ webhook }: { webhook: OwnWebhookAnswer }): ReactElement {
  const [tone, glyph, words] = webhookLooks[webhook.state];
  const { error, url, appliedAt, comparedAt } = webhook;
  return (
    <>
      <Facts
        entries={[
          [
            placeWords(webhook),
            <Chip key="state" tone={tone} glyph={glyph}>
              {words}
            </Chip>,
          ],
          ['Address', url === null ? null : <code key="url">{url}</code>],
          ['Told the server', appliedAt === null ? null : <Ago key="applied" at={appliedAt} />],
          ['Compared with its list', comparedAt === null ? null : <Ago key="compared" at={comparedAt} />],
        ]}
      />
      <KeptError error={error} announced />
    </>
  );
}

function Secrets({ secrets }: Pick<InboxState, 'secrets'>): ReactElement | null {
  const retiring = secrets.find(({ retireAt }) => retireAt !== null);
  if (retiring?.retireAt == null) return null;
  return (
    <p className="note">
      The secret was rotated; the one before counts until <Moment at={retiring.retireAt} />.
    </p>
  );
}

type Scope = 'global' | 'projects' | 'organization';

function SetUp({ state, onClose }: { state: InboxState; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const chosen = state.webhooks.filter(({ scope }) => scope === 'project').map(({ target }) => target);
  const [scope, setScope] = useState<Scope>(chosen.length > 0 ? 'projects' : 'global');
  const [projects, setProjects] = useState(chosen.join('\n'));
  const [organization, setOrganization] = useState('');
  const keys = textItems(projects);
  const body =
    scope === 'projects' ? { scope, projects: keys } : scope === 'organization' ? { scope, organization } : { scope };
  const complete = scope === 'global' || (scope === 'projects' ? keys.length > 0 : organization.trim() !== '');
  const setUp = useMutation({
    mutationFn: () => api.send<InboxState>('PUT', `api/v1/integrations/${state.integrationId}/webhook`, body),
    async onSuccess(answer) {
      await client.invalidateQueries({ queryKey: ['inbox'] });
      if (answer.webhooks.every(({ error }) => error === null)) onClose();
    },
  });
  const refused = setUp.data?.webhooks.filter(({ error }) => error !== null) ?? [];
  return (
    <DialogBox
      title="Set up the webhook"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!complete} busy={setUp.isPending} onClick={() => setUp.mutate()}>
            Set up
          </Button>
        </>
      }
    >
      <p>
        The hub creates a webhook named {state.integrationName} on the server, with a secret of its own. The token needs
        Administer on what you choose.
      </p>
      <SelectField<Scope>
        label="For"
        value={scope}
        choices={[
          { value: 'global', label: 'Every project (token may administer the server)' },
          { value: 'projects', label: 'Chosen projects' },
          { value: 'organization', label: 'One organization (SonarQube Cloud)' },
        ]}
        onChoose={setScope}
      />
      {scope === 'projects' ? (
        <TextArea
          label="Project keys"
          help="Separated by commas or lines; keys are case-sensitive. A server takes ten webhooks a project."
          value={projects}
          onChange={(event) => setProjects(event.target.value)}
        />
      ) : null}
      {scope === 'organization' ? (
        <TextField
          label="Organization key"
          value={organization}
          onChange={(event) => setOrganization(event.target.value)}
        />
      ) : null}
      <MutationError error={setUp.error} />
      {refused.map((webhook) => (
        <Webhook key={webhook.id} webhook={webhook} />
      ))}
    </DialogBox>
  );
}

/** For a token without Administer: a person enters address and secret on the server. */
function ByHand({ state, onClose }: { state: InboxState; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const handOut = useMutation({
    mutationFn: () => api.send<HandedOut>('POST', `api/v1/integrations/${state.integrationId}/webhook-secret`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['inbox'] }),
  });
  const handed = handOut.data;
  return (
    <DialogBox title="Set up the webhook by hand" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      {handed === undefined ? (
        <>
          <p>
            Makes a secret and shows it once. Enter it with the address on the server: Administration → Configuration →
            Webhooks, or in the settings of a project. A secret made by hand before counts for an hour more.
          </p>
          <div>
            <Button look="primary" busy={handOut.isPending} onClick={() => handOut.mutate()}>
              Make a secret
            </Button>
          </div>
          <MutationError error={handOut.error} />
        </>
      ) : (
        <>
          <TextField label="URL" readOnly value={handed.url} />
          <CopyButton text={handed.url} label="Copy the URL" />
          <TextField label="Secret" readOnly value={handed.secret} help="Shown this once." />
          <CopyButton text={handed.secret} label="Copy the secret" />
        </>
      )}
    </DialogBox>
  );
}
