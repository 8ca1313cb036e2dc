import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type {
  Analyst,
  ConnectionInfo,
  CreateAnalystRequest,
  CreatedAnalyst,
} from '../../../src/features/explorer/contract.ts';
import { analystsQuery, connectionQuery } from '../../api/explorer.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { SelectField, TextField } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { Loaded, MutationError, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { Guarded } from './guarded.tsx';
import { inDays, lifetimes } from './lifetimes.ts';

export function LoginsPage(): ReactElement {
  const connection = useQuery(connectionQuery(useApi()));
  const [adding, setAdding] = useState(false);
  const [doomed, setDoomed] = useState<Analyst | null>(null);
  const available = connection.data?.available === true;
  return (
    <Guarded
      permission="analysts:write"
      actions={
        available ? (
          <Button look="primary" onClick={() => setAdding(true)}>
            Make a login
          </Button>
        ) : null
      }
    >
      <Loaded query={connection}>{(info) => <Connection info={info} />}</Loaded>
      <LoginTable onRevoke={setDoomed} />
      {adding ? <MakeLogin onClose={() => setAdding(false)} /> : null}
      {doomed === null ? null : <RevokeLogin analyst={doomed} onClose={() => setDoomed(null)} />}
    </Guarded>
  );
}

function Connection({ info }: { info: ConnectionInfo }): ReactElement {
  return (
    <>
      {info.reason === null ? null : (
        <Notice kind="warning" title={info.reason.message}>
          {info.reason.remedy}
        </Notice>
      )}
      <Card title="Connect from psql, Grafana or Metabase" padded>
        <Facts
          entries={[
            ['Host', <code key="h">{info.host}</code>],
            ['Port', <code key="p">{info.port}</code>],
            ['Database', <code key="d">{info.database}</code>],
            ['Schema', <code key="s">{info.schema}</code>],
            ['SSL mode', <code key="m">{info.sslMode}</code>],
            ['Reachable from', info.loopbackOnly ? 'this hub’s own machine only' : 'other machines'],
          ]}
        />
      </Card>
    </>
  );
}

function LoginTable({ onRevoke }: { onRevoke: (analyst: Analyst) => void }): ReactElement {
  const query = useQuery(analystsQuery(useApi()));
  const columns: Column<Analyst>[] = [
    { id: 'name', header: 'For', phone: 'stay', cell: (row) => row.name },
    { id: 'scope', header: 'May', cell: (row) => scopeWords[row.scope] },
    { id: 'role', header: 'PostgreSQL role', cell: (row) => <code>{row.role}</code> },
    { id: 'by', header: 'Made by', cell: (row) => row.createdBy },
    { id: 'made', header: 'Made', cell: (row) => <Ago at={row.createdAt} /> },
    {
      id: 'expires',
      header: 'Expires',
      phone: 'stay',
      cell: (row) =>
        row.expired ? (
          <Chip tone="failed" glyph="✕">
            Expired
          </Chip>
        ) : (
          <Moment at={row.expiresAt} />
        ),
    },
    { id: 'sessions', header: 'Open sessions', numeric: true, cell: (row) => formatCount(row.sessions) },
    {
      id: 'actions',
      header: 'Actions',
      cell: (row) => (
        <Button look="bare" aria-label={`Revoke the login of ${row.name}`} onClick={() => onRevoke(row)}>
          Revoke
        </Button>
      ),
    },
  ];
  return (
    <Card title="Analysts’ database logins" note="schema data is read only">
      <QueryTable
        query={query}
        label="Analysts’ database logins"
        columns={columns}
        rows={(data) => data.analysts}
        rowKey={(row) => row.id}
        skeletonRows={2}
        empty="No login yet. Each analyst gets one of their own, which can be revoked alone."
      />
    </Card>
  );
}

const scopeWords: Record<Analyst['scope'], string> = {
  read: 'read',
  read_write: 'read, and build in custom',
};

const scopes = [
  { value: 'read', label: 'Read schema data' },
  { value: 'read_write', label: 'Also build in schema custom, e.g. with dbt' },
] as const;

/** A login always ends; the longest is a year. */
const ends = lifetimes.filter((choice) => choice.value !== 'never');

function MakeLogin({ onClose }: { onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Analyst['scope']>('read');
  const [lifetime, setLifetime] = useState<(typeof ends)[number]['value']>('90');
  const make = useMutation({
    mutationFn: (body: CreateAnalystRequest) => api.send<CreatedAnalyst>('POST', 'api/v1/explorer/analysts', body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['explorer', 'analysts'] }),
  });
  if (make.data !== undefined) {
    const { analyst, connectionString, psql } = make.data;
    return (
      <ShownOnce
        title={`Login for ${analyst.name}`}
        texts={{ 'Connection string': connectionString, Command: psql }}
        onClose={onClose}
      >
        It holds the password and is shown this once.
      </ShownOnce>
    );
  }
  const expiresAt = inDays(lifetime);
  return (
    <DialogBox
      title="Make a database login"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={name.trim() === ''}
            busy={make.isPending}
            onClick={() => make.mutate({ name, scope, ...(expiresAt === null ? {} : { expiresAt }) })}
          >
            Make it
          </Button>
        </>
      }
    >
      <TextField
        label="For whom"
        placeholder="ada@example.com"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <SelectField label="It may" value={scope} choices={scopes} onChoose={setScope} />
      <SelectField label="Expires" value={lifetime} choices={ends} onChoose={setLifetime} />
      <MutationError error={make.error} />
    </DialogBox>
  );
}

function RevokeLogin({ analyst, onClose }: { analyst: Analyst; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.send('DELETE', `api/v1/explorer/analysts/${analyst.id}`),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['explorer', 'analysts'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title={`Revoke the login of ${analyst.name}`}
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
      <p>Its open sessions end at once.</p>
      <MutationError error={revoke.error} />
    </DialogBox>
  );
}
