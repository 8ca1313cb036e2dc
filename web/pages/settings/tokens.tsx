import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { ApiToken, CreatedToken, CreateTokenRequest, Role } from '../../../src/features/access/contract.ts';
import { tokensQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card } from '../../components/page.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { roleExplanation, roleLabel, roles } from '../../words/labels.ts';
import { Guarded } from './guarded.tsx';
import { NodeField, WorksIn } from './node-field.tsx';
import { inDays, type Lifetime, lifetimes } from './lifetimes.ts';

const route = getRouteApi('/shell/settings/tokens');

export function TokensPage(): ReactElement {
  const { make } = route.useSearch();
  const navigate = useNavigate({ from: '/settings/tokens' });
  const setAdding = (wanted: boolean): void =>
    void navigate({ search: { make: wanted ? true : undefined }, replace: true });
  const [doomed, setDoomed] = useState<ApiToken | null>(null);
  return (
    <Guarded
      permission="tokens:write"
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          Make a token
        </Button>
      }
    >
      <TokenTable onRevoke={setDoomed} />
      {make === true ? <MakeToken onClose={() => setAdding(false)} /> : null}
      {doomed === null ? null : <RevokeToken token={doomed} onClose={() => setDoomed(null)} />}
    </Guarded>
  );
}

function TokenTable({ onRevoke }: { onRevoke: (token: ApiToken) => void }): ReactElement {
  const query = useQuery(tokensQuery(useApi()));
  const columns: Column<ApiToken>[] = [
    {
      id: 'name',
      header: 'Token',
      phone: 'stay',
      cell: (token) => (
        <>
          {token.name}
          <span className="note">
            begins with <code>{token.prefix}</code>
          </span>
        </>
      ),
    },
    { id: 'role', header: 'Role', cell: mayDo },
    { id: 'nodes', header: 'Works in', cell: ({ nodes }) => <WorksIn nodes={nodes} /> },
    { id: 'by', header: 'Made by', cell: (token) => madeBy(token) },
    { id: 'made', header: 'Made', cell: (token) => <Ago at={token.createdAt} /> },
    {
      id: 'expires',
      header: 'Expires',
      phone: 'stay',
      cell: (token) =>
        token.expiresAt === null ? (
          'never'
        ) : token.expired ? (
          <Chip tone="failed" glyph="✕">
            Expired
          </Chip>
        ) : (
          <Moment at={token.expiresAt} />
        ),
    },
    {
      id: 'used',
      header: 'Last used',
      cell: (token) =>
        token.lastUsedAt === null ? <span className="note">never</span> : <Ago at={token.lastUsedAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (token) => (
        <Button look="bare" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <Card title="API tokens" note="for programs; a token never has more rights than the person who made it">
      <QueryTable
        query={query}
        label="API tokens"
        columns={columns}
        rows={(data) => data.tokens}
        rowKey={(token) => token.id}
        skeletonRows={3}
        empty="No token yet. Scripts, CI jobs and the command line on other machines need one."
      />
    </Card>
  );
}

function MakeToken({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [rights, setRights] = useState<Rights>('viewer');
  const [nodes, setNodes] = useState<number[] | null>(null);
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const make = useMutation({
    mutationFn: (body: CreateTokenRequest) => api.send<CreatedToken>('POST', 'api/v1/tokens', body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (make.data !== undefined) {
    return (
      <ShownOnce title="Your new token" texts={{ 'The token': make.data.secret }} onClose={onClose}>
        It is shown this once; Plumbline keeps only a check value.
      </ShownOnce>
    );
  }
  return (
    <DialogBox
      title="Make a token"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={name.trim() === ''}
            busy={make.isPending}
            onClick={() => make.mutate({ name, ...asked(rights, nodes), expiresAt: inDays(lifetime) })}
          >
            Make it
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        placeholder="ci-payments"
        help="What it is for, so that it can be revoked without doubt."
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField
        label="Role"
        help={rights === reporting ? reportingHelp : roleExplanation[rights]}
        value={rights}
        choices={[
          { value: reporting, label: reportingLabel },
          ...roles.map((value) => ({ value, label: roleLabel[value] })),
        ]}
        onChoose={setRights}
      />
      {rights === reporting ? null : (
        <NodeField chosen={nodes} onChange={setNodes} everywhereOnly={rights === 'admin'} />
      )}
      <SelectField label="Expires" value={lifetime} choices={lifetimes} onChoose={setLifetime} />
      <MutationError error={make.error} />
    </DialogBox>
  );
}

const reporting = 'reporting';
const reportingLabel = 'Report deployments only';
const reportingHelp = 'For pipelines: it can say that something was deployed, and can read nothing.';
type Rights = Role | typeof reporting;

const asked = (rights: Rights, nodes: number[] | null): Pick<CreateTokenRequest, 'role' | 'only' | 'nodes'> =>
  rights === reporting
    ? { role: 'team_manager', only: 'deployments' }
    : { role: rights, nodes: rights === 'admin' ? null : nodes };

const mayDo = ({ role, only }: ApiToken): string => (only === null ? roleLabel[role] : reportingLabel);

/** Who made it, and with which token when it was a program. */
function madeBy({ madeBy: person, madeWith, serviceAccount }: ApiToken): string {
  if (serviceAccount !== null) return `of ${serviceAccount}`;
  const who = person ?? 'on the hub’s machine';
  return madeWith === null ? who : `${who}, with ${madeWith}`;
}

function RevokeToken({ token, onClose }: { token: ApiToken; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/tokens/${token.id}`),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['tokens'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title={`Revoke ${token.name}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </>
      }
    >
      <p>
        Programs that use it are refused at once, and with it ends every token and database login that was made with it.
      </p>
      <MutationError error={revoke.error} />
    </DialogBox>
  );
}
