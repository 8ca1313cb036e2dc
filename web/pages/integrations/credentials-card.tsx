import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { CredentialInfo, IntegrationAnswer } from '../../../src/features/integrations/contract.ts';
import { connectorsQuery } from '../../api/integrations.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { sentenceCase } from '../../words/labels.ts';
import { CredentialForm } from './credential-form.tsx';
import { Expiry } from './state-chip.tsx';

type Editing = { kind: 'add' } | { kind: 'change'; credential: CredentialInfo };

/** The credentials that share the load of one integration. */
export function CredentialsCard({ integration }: { integration: IntegrationAnswer }): ReactElement {
  const connectors = useQuery(connectorsQuery(useApi()));
  const connector = connectors.data?.connectors.find(({ kind }) => kind === integration.kind);
  const mayChange = useCan('integrations:write') && integration.state !== 'deleting' && connector !== undefined;
  const [editing, setEditing] = useState<Editing | null>(null);
  const [doomed, setDoomed] = useState<CredentialInfo | null>(null);
  const { credentials } = integration;
  const mayAdd = mayChange && (credentials.length === 0 || connector.multipleCredentials);
  return (
    <Card
      title="Credentials"
      note={
        connector?.multipleCredentials === true ? 'several share the load; one that is refused is left out' : undefined
      }
      actions={
        mayAdd && editing === null ? (
          <Button icon="key" onClick={() => setEditing({ kind: 'add' })}>
            Add a credential
          </Button>
        ) : undefined
      }
    >
      <DataTable
        label="Credentials"
        columns={columns(mayChange, {
          onChange: (credential) => setEditing({ kind: 'change', credential }),
          onDelete: setDoomed,
          integrationId: integration.id,
        })}
        rows={credentials}
        rowKey={(row) => row.id}
        empty="No credential is stored: nothing can be read until one is added."
      />
      {editing === null || connector === undefined ? null : (
        <CredentialForm
          key={editing.kind === 'add' ? 'add' : editing.credential.id}
          integration={integration}
          fields={connector.form.filter((field) => field.kind === 'secret')}
          credential={editing.kind === 'add' ? undefined : editing.credential}
          onClose={() => setEditing(null)}
        />
      )}
      {doomed === null ? null : (
        <DeleteCredential integration={integration} credential={doomed} onClose={() => setDoomed(null)} />
      )}
    </Card>
  );
}

interface Acting {
  onChange: (credential: CredentialInfo) => void;
  onDelete: (credential: CredentialInfo) => void;
  integrationId: number;
}

function columns(mayChange: boolean, acting: Acting): Column<CredentialInfo>[] {
  const shown: Column<CredentialInfo>[] = [
    {
      id: 'label',
      header: 'Credential',
      phone: 'stay',
      cell: (row) => (
        <>
          {row.label}
          <span className="note">
            {row.kind === null ? '' : `${sentenceCase(row.kind)} token`}
            {row.lastFour === null ? '' : ` ends with ${row.lastFour}`}
          </span>
        </>
      ),
    },
    { id: 'standing', header: 'State', phone: 'first', cell: (row) => <Standing credential={row} /> },
    { id: 'ends', header: 'Expires', cell: (row) => <Expiry expiresAt={row.endsAt} /> },
    {
      id: 'used',
      header: 'Last used',
      cell: (row) => (row.lastUsedAt === null ? <span className="note">not yet</span> : <Ago at={row.lastUsedAt} />),
    },
    { id: 'entered', header: 'Entered', cell: (row) => <Ago at={row.changedAt} /> },
  ];
  if (!mayChange) return shown;
  const actions: Column<CredentialInfo> = {
    id: 'actions',
    header: 'Actions',
    keep: true,
    cell: (row) => <Actions credential={row} acting={acting} />,
  };
  return [...shown, actions];
}

function Standing({ credential }: { credential: CredentialInfo }): ReactElement {
  const { standing, disabledAt, disabledCode, pausedUntil } = credential;
  if (standing === 'disabled' && disabledAt !== null) {
    const person = disabledCode === 'by_person';
    return (
      <>
        <Chip tone={person ? 'none' : 'failed'} glyph={person ? '‖' : '✕'}>
          Disabled
        </Chip>
        <span className="note">
          {person ? 'by a person ' : disabledCode === 'address_changed' ? 'the address is another ' : ''}
          {person || disabledCode === 'address_changed' ? null : <code>{disabledCode}</code>} <Ago at={disabledAt} />
        </span>
      </>
    );
  }
  if (standing === 'expired') {
    return (
      <Chip tone="failed" glyph="✕">
        Expired
      </Chip>
    );
  }
  if (pausedUntil !== null) {
    return (
      <Chip tone="warn" glyph="‖" title="The server asked for fewer calls (429).">
        Waits
      </Chip>
    );
  }
  return (
    <Chip tone={standing === 'expiring' ? 'warn' : 'passed'} glyph={standing === 'expiring' ? '!' : '✓'}>
      {standing === 'expiring' ? 'Expires soon' : 'In use'}
    </Chip>
  );
}

function Actions({ credential, acting }: { credential: CredentialInfo; acting: Acting }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const disable = useMutation({
    mutationFn: () =>
      api.send('POST', `api/v1/integrations/${acting.integrationId}/credentials/${credential.id}/disable`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['integrations'] }),
  });
  const { label } = credential;
  return (
    <span className="row-actions">
      <Button look="bare" aria-label={`Re-authenticate ${label}`} onClick={() => acting.onChange(credential)}>
        Re-authenticate
      </Button>
      {credential.standing === 'disabled' ? null : (
        <Button look="bare" aria-label={`Disable ${label}`} busy={disable.isPending} onClick={() => disable.mutate()}>
          Disable
        </Button>
      )}
      <Button look="bare" aria-label={`Delete ${label}`} onClick={() => acting.onDelete(credential)}>
        Delete
      </Button>
      <MutationError error={disable.error} />
    </span>
  );
}

function DeleteCredential({
  integration,
  credential,
  onClose,
}: {
  integration: IntegrationAnswer;
  credential: CredentialInfo;
  onClose: () => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/integrations/${integration.id}/credentials/${credential.id}`),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['integrations'] });
      onClose();
    },
  });
  const last = integration.credentials.length === 1;
  return (
    <DialogBox
      title={`Delete ${credential.label}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <p>
        Its secret is removed at once. It stays valid at {integration.kindTitle} until it is revoked there.
        {last ? ' It is the last one: nothing can be read until another is added.' : ''}
      </p>
      <MutationError error={remove.error} />
    </DialogBox>
  );
}
