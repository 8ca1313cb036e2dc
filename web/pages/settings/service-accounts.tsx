import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ServiceAccount } from '../../../src/features/access/contract.ts';
import { serviceAccountsQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { Guarded } from './guarded.tsx';
import { WorksIn } from './node-field.tsx';
import { RemoveServiceAccount, ServiceAccountForm, TakeOver } from './service-account-dialogs.tsx';
import { ServiceAccountPanel } from './service-account-panel.tsx';
import { answererWords, idleWords, type OpenDialog, roleWords } from './service-account-words.ts';

const route = getRouteApi('/shell/settings/service-accounts');

export function ServiceAccountsPage(): ReactElement {
  const { account: shown } = route.useSearch();
  const navigate = useNavigate({ from: '/settings/service-accounts' });
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const close = (): void => setOpen(null);
  const query = useQuery(serviceAccountsQuery(useApi()));
  const panel = query.data?.serviceAccounts.find(({ id }) => id === shown);
  return (
    <Guarded
      permission="tokens:write"
      actions={
        <Button look="primary" onClick={() => setOpen({ what: 'add' })}>
          Make a service account
        </Button>
      }
    >
      <Accounts shown={shown} onOpen={setOpen} />
      {panel === undefined ? null : (
        <ServiceAccountPanel
          account={panel}
          onClose={() => void navigate({ search: {}, resetScroll: false })}
          onOpen={setOpen}
        />
      )}
      {open?.what === 'add' ? <ServiceAccountForm account={undefined} onClose={close} /> : null}
      {open?.what === 'change' ? <ServiceAccountForm account={open.account} onClose={close} /> : null}
      {open?.what === 'take-over' ? <TakeOver account={open.account} onClose={close} /> : null}
      {open?.what === 'remove' ? <RemoveServiceAccount account={open.account} onClose={close} /> : null}
    </Guarded>
  );
}

function Accounts({
  shown,
  onOpen,
}: {
  /** The one whose panel is open. */
  shown: number | undefined;
  onOpen: (open: OpenDialog) => void;
}): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const query = useQuery(serviceAccountsQuery(api));
  const enable = useMutation({
    mutationFn: ({ id, enabled }: { id: number; enabled: boolean }) =>
      api.send('PATCH', `api/v1/service-accounts/${id}`, { enabled }),
    onSettled: () => client.invalidateQueries({ queryKey: serviceAccountsQuery(api).queryKey }),
  });
  const columns: Column<ServiceAccount>[] = [
    {
      id: 'name',
      header: 'Service account',
      phone: 'stay',
      prose: true,
      cell: (account) => (
        <>
          <RowLink search={{ account: account.id }}>{account.name}</RowLink>
          {account.description === '' ? null : <span className="note">{account.description}</span>}
        </>
      ),
    },
    {
      id: 'now',
      header: 'State',
      phone: 'stay',
      cell: ({ idle }) =>
        idle === null ? (
          <Chip tone="passed" glyph="✓">
            Works
          </Chip>
        ) : (
          <Chip tone={idle === 'disabled' ? 'none' : 'failed'} glyph={idle === 'disabled' ? '–' : '✕'}>
            {idleWords[idle]}
          </Chip>
        ),
    },
    { id: 'role', header: 'Role', cell: (account) => roleWords(account) },
    { id: 'nodes', header: 'Works in', cell: ({ nodes }) => <WorksIn nodes={nodes} /> },
    { id: 'by', header: 'Answers for it', cell: (account) => answererWords(account) },
    { id: 'tokens', header: 'Tokens', cell: ({ tokens }) => tokens.length },
    {
      id: 'used',
      header: 'Last used',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="note">never</span> : <Ago at={lastUsedAt} />),
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (account) => (
        <span className="row-actions">
          <Button
            look="bare"
            aria-label={`${account.enabled ? 'Switch off' : 'Switch on'} ${account.name}`}
            onClick={() => enable.mutate({ id: account.id, enabled: !account.enabled })}
          >
            {account.enabled ? 'Switch off' : 'Switch on'}
          </Button>
          <Button look="bare" aria-label={`Change ${account.name}`} onClick={() => onOpen({ what: 'change', account })}>
            Change
          </Button>
          <Button look="bare" aria-label={`Remove ${account.name}`} onClick={() => onOpen({ what: 'remove', account })}>
            Remove
          </Button>
        </span>
      ),
    },
  ];
  return (
    <Card
      title="Service accounts"
      note="members without a person, for programs; never with more rights than who answers for them"
    >
      <MutationError error={enable.error} />
      <QueryTable
        query={query}
        label="Service accounts"
        columns={columns}
        rows={(data) => data.serviceAccounts}
        rowKey={(account) => account.id}
        openKey={shown}
        skeletonRows={3}
        empty="None yet. Programs that must outlive the person who set them up need one."
      />
    </Card>
  );
}
