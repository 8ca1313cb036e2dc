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
      note="With it each change is read within a second instead of at the next sync."
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

const choices = {
  global: 'Every project (token may administer the server)',
  available: 'Wherever the token may',
  projects: 'Chosen projects',
  repositories: 'Chosen repositories',
  organization: 'One organization (SonarQube Cloud)',
} as const;
type Scope = keyof typeof choices;

/** Kind of place on the server that a choice makes webhooks at. */
const placeOf = { global: 'global', projects: 'project', repositories: 'repository', organization: 'organization' };

function choicesOf({ places }: Pick<InboxState, 'places'>): Scope[] {
  const known = new Set(places.map(({ scope }) => scope));
  const all = Object.keys(choices) as Scope[];
  // One for everything leaves nothing to choose by.
  return all.filter((scope) => (scope === 'available' ? !known.has('global') : known.has(placeOf[scope])));
}

function wantedOf(scope: Scope, names: readonly string[], organization: string): { body: object; complete: boolean } {
  if (scope === 'projects') return { body: { scope, projects: names }, complete: names.length > 0 };
  if (scope === 'repositories') return { body: { scope, repositories: names }, complete: names.length > 0 };
  if (scope === 'organization') return { body: { scope, organization }, complete: organization.trim() !== '' };
  return { body: { scope }, complete: true };
}

function SetUp({ state, onClose }: { state: InboxState; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const targetsOf = (place: string): string =>
    state.webhooks
      .filter((webhook) => webhook.scope === place)
      .map(({ target }) => target)
      .join('\n');
  const possible = choicesOf(state);
  const [scope, setScope] = useState<Scope>(firstChoice(state, possible));
  const [names, setNames] = useState({ projects: targetsOf('project'), repositories: targetsOf('repository') });
  const [organization, setOrganization] = useState('');
  const named = scope === 'projects' || scope === 'repositories' ? names[scope] : '';
  const { body, complete } = wantedOf(scope, textItems(named), organization);
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
        {` ${[...new Set(state.places.map(({ permission }) => permission))].join(' or ')} on what you choose.`}
      </p>
      <SelectField<Scope>
        label="For"
        value={scope}
        choices={possible.map((value) => ({ value, label: choices[value] }))}
        onChoose={setScope}
      />
      {scope === 'projects' ? (
        <TextArea
          label="Project keys"
          help="Separated by commas or lines; keys are case-sensitive. SonarQube takes ten webhooks a project."
          value={names.projects}
          onChange={(event) => setNames({ ...names, projects: event.target.value })}
        />
      ) : null}
      {scope === 'repositories' ? (
        <TextArea
          label="Repositories"
          help="As in their address, such as PAY/ledger; separated by commas or lines."
          value={names.repositories}
          onChange={(event) => setNames({ ...names, repositories: event.target.value })}
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

/** What there is already, else the widest. */
function firstChoice({ webhooks }: InboxState, possible: readonly Scope[]): Scope {
  const present = possible.find(
    (scope) => scope !== 'available' && webhooks.some((one) => one.scope === placeOf[scope]),
  );
  return present ?? possible[0] ?? 'available';
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
  const enteredAt = state.adapters.find(({ name }) => name === '')?.enteredAt ?? null;
  return (
    <DialogBox title="Set up the webhook by hand" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      {handed === undefined ? (
        <>
          <p>
            Makes a secret and shows it once. Enter it with the address on the server
            {enteredAt === null ? '' : `: ${enteredAt}`}. A secret made by hand before counts for an hour more.
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
