import '../../styles/satellites.css';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { Satellite, SatelliteKey, SatelliteList } from '../../../src/features/satellites/contract.ts';
import { satellitesQuery } from '../../api/satellites.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip, type Tone } from '../../components/chips.tsx';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Checkbox } from '../../components/form.tsx';
import { DialogBox } from '../../components/overlay.tsx';
import { Card, Page } from '../../components/page.tsx';
import { EmptyState, MutationError, Notice, Pending } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { formatBytes, formatCount } from '../../words/numbers.ts';
import { IntegrationTabs } from '../integrations/integration-tabs.tsx';
import { useSatelliteFile } from './use-file.ts';

type Queued = SatelliteList['queue'][number];

/** Programs that read what the hub cannot reach: are they there, what are they good for, what waits for them. */
export function SatellitesPage(): ReactElement {
  const query = useQuery(satellitesQuery(useApi()));
  const nothing = query.data?.queue.length === 0 && query.data.keys.length === 0;
  return (
    <Page title="Integrations" wide tabs={<IntegrationTabs />}>
      {query.data === undefined && query.error === null ? (
        <Pending />
      ) : nothing ? (
        <EmptyState
          title="Nothing is read by a satellite"
          action={
            <Link to="/integrations/available" className="button primary">
              Add an integration
            </Link>
          }
        >
          A satellite reads for the hub what the hub cannot reach: a server behind a firewall. Choose “In a satellite”
          when you add an integration; its file is made there.
        </EmptyState>
      ) : (
        <>
          <Troubles list={query.data} />
          <Card title="Satellites" note="Programs that called, the newest first.">
            <QueryTable
              query={query}
              label="Satellites"
              columns={satelliteColumns}
              rows={(data) => data.satellites}
              rowKey={(row) => row.id}
              skeletonRows={2}
              empty="No satellite has called yet. Start one with a downloaded file: plumbline satellite run --config satellite.yml"
            />
          </Card>
          <Queue />
          <Keys />
        </>
      )}
    </Page>
  );
}

const looks: Record<Satellite['presence'], readonly [Tone, string, string]> = {
  online: ['passed', '●', 'Online'],
  stale: ['warn', '◐', 'Silent'],
  offline: ['failed', '○', 'Offline'],
};

function PresenceChip({ satellite }: { satellite: Satellite }): ReactElement {
  if (satellite.keyRevoked) return <Chip tone="none">Key revoked</Chip>;
  const [tone, glyph, word] = looks[satellite.presence];
  return (
    <Chip tone={tone} glyph={glyph}>
      {word}
    </Chip>
  );
}

const satelliteColumns: readonly Column<Satellite>[] = [
  { id: 'presence', header: 'State', phone: 'stay', cell: (row) => <PresenceChip satellite={row} /> },
  { id: 'name', header: 'Machine', phone: 'stay', className: 'grow-cell', cell: (row) => row.name },
  {
    id: 'integrations',
    header: 'Good for',
    className: 'grow-cell',
    cell: (row) => row.integrations.map(({ name }) => name).join(', '),
  },
  { id: 'seen', header: 'Last seen', cell: (row) => <Ago at={row.seenAt} /> },
  {
    id: 'running',
    header: 'Reading',
    numeric: true,
    cell: (row) => (row.running === null ? '…' : formatCount(row.running)),
  },
  {
    id: 'buffer',
    header: 'Waits there',
    numeric: true,
    cell: (row) =>
      row.buffer === null ? (
        '…'
      ) : row.buffer.full ? (
        <Chip tone="failed" glyph="!">
          Full
        </Chip>
      ) : (
        formatBytes(row.buffer.bytes)
      ),
  },
  {
    id: 'memory',
    header: 'Memory',
    numeric: true,
    cell: (row) => (row.memoryBytes === null ? '…' : formatBytes(row.memoryBytes)),
  },
  {
    id: 'version',
    header: 'Version',
    cell: (row) =>
      row.update === 'none' ? (
        row.version
      ) : (
        <>
          {row.version}{' '}
          <Chip tone={row.update === 'required' ? 'failed' : 'warn'} glyph="↑">
            {row.update === 'required' ? 'Too old' : 'Update'}
          </Chip>
        </>
      ),
  },
];

/** What needs a person, before the tables. */
function Troubles({ list }: { list: SatelliteList | undefined }): ReactElement | null {
  if (list === undefined) return null;
  const working = list.satellites.filter((one) => !one.keyRevoked && one.presence !== 'offline');
  const lines = [
    ...working
      .filter(({ clockDiffers }) => clockDiffers)
      .map(
        ({ name, clockAheadMs }) =>
          `The clock of ${name} ${aheadWords(clockAheadMs)}. What is read is dated by the hub’s.`,
      ),
    ...working
      .filter(({ update }) => update === 'required')
      .map(({ name, version }) => `${name} runs version ${version}, which this hub does not understand any more.`),
    ...working.flatMap(({ name, errors }) =>
      errors.slice(0, 3).map(({ code, message }) => `${name}: ${message} (${code})`),
    ),
    ...working.flatMap(({ name, differing }) =>
      differing.map(
        ({ integration, settings }) =>
          `The file of ${name} says otherwise than ${integration.name}: ${settings.join(', ')}. The file counts.`,
      ),
    ),
    ...list.queue
      .filter(({ online, pending }) => online === 0 && !pending)
      .map(({ name }) => `No satellite is there for ${name}.`),
  ];
  if (lines.length === 0) return null;
  return (
    <Notice kind="warning" title="This needs a look.">
      <ul className="plain-list">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Notice>
  );
}

function aheadWords(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  return milliseconds > 0 ? `is ${minutes} minutes ahead` : `is ${minutes} minutes behind`;
}

function Queue(): ReactElement {
  const query = useQuery(satellitesQuery(useApi()));
  const mayChange = useCan('integrations:write');
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const file = useSatelliteFile();
  const choose = (id: number, on: boolean): void =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  const columns: Column<Queued>[] = [
    ...(mayChange
      ? [
          {
            id: 'chosen',
            header: 'In file',
            cell: (row: Queued) => (
              <Checkbox
                label={<span className="unseen">{row.name}</span>}
                checked={chosen.has(row.id)}
                onChange={(on) => choose(row.id, on)}
              />
            ),
          },
        ]
      : []),
    {
      id: 'name',
      header: 'Integration',
      phone: 'stay',
      className: 'grow-cell',
      cell: (row) => (
        <Link to="/integrations/$id" params={{ id: String(row.id) }}>
          {row.name}
        </Link>
      ),
    },
    {
      id: 'state',
      header: 'Satellites',
      phone: 'stay',
      cell: (row) =>
        row.online === 0 ? (
          <Chip tone={row.pending ? 'none' : 'failed'} glyph={row.pending ? '…' : '○'}>
            {row.pending ? 'Waits for the first' : 'None online'}
          </Chip>
        ) : (
          `${formatCount(row.online)} online`
        ),
    },
    { id: 'waiting', header: 'Waiting', numeric: true, cell: (row) => formatCount(row.waiting) },
    { id: 'reading', header: 'Being read', numeric: true, cell: (row) => formatCount(row.reading) },
  ];
  return (
    <Card
      title="Integrations that satellites read"
      note="Tasks that wait and that are under way."
      actions={
        mayChange ? (
          <Button
            disabled={chosen.size === 0}
            busy={file.isPending}
            onClick={() => file.mutate({ integrationIds: [...chosen] })}
          >
            Download YAML File
          </Button>
        ) : undefined
      }
    >
      {file.error === null ? null : <MutationError error={file.error} />}
      {file.isSuccess ? (
        <Notice kind="done" title="The file holds a new key, shown this once.">
          Put the tools’ own keys in place of what stands in angle brackets, then start the satellite with it.
        </Notice>
      ) : null}
      <QueryTable
        query={query}
        label="Integrations that satellites read"
        columns={columns}
        rows={(data) => data.queue}
        rowKey={(row) => row.id}
        skeletonRows={2}
        empty="No integration is read by a satellite any more."
      />
    </Card>
  );
}

function Keys(): ReactElement {
  const query = useQuery(satellitesQuery(useApi()));
  const mayRevoke = useCan('integrations:write');
  const [asked, setAsked] = useState<SatelliteKey | null>(null);
  const columns: Column<SatelliteKey>[] = [
    {
      id: 'state',
      header: 'State',
      phone: 'stay',
      cell: (row) =>
        row.revokedAt === null ? (
          <Chip tone="passed" glyph="✓">
            Good
          </Chip>
        ) : (
          <Chip tone="none">Revoked</Chip>
        ),
    },
    { id: 'integrations', header: 'Good for', phone: 'stay', className: 'grow-cell', cell: (row) => goodFor(row) },
    { id: 'made', header: 'Downloaded', cell: (row) => <Ago at={row.createdAt} /> },
    { id: 'by', header: 'By', cell: (row) => row.madeBy },
    {
      id: 'used',
      header: 'Last used',
      cell: (row) => (row.lastUsedAt === null ? <span className="note">never</span> : <Ago at={row.lastUsedAt} />),
    },
    {
      id: 'revoke',
      header: 'Revoke',
      cell: (row) =>
        row.revokedAt !== null ? (
          <span className="note">
            by {row.revokedBy} <Ago at={row.revokedAt} />
          </span>
        ) : mayRevoke ? (
          <Button onClick={() => setAsked(row)}>Revoke…</Button>
        ) : (
          <span className="note">an administrator can</span>
        ),
    },
  ];
  return (
    <>
      <Card title="Keys" note="Each download makes one. It is kept nowhere: who lost it downloads again.">
        <QueryTable
          query={query}
          label="Keys"
          columns={columns}
          rows={(data) => data.keys}
          rowKey={(row) => row.id}
          skeletonRows={2}
          empty="No key was made yet. Downloading a file makes one."
        />
      </Card>
      {asked === null ? null : <RevokeDialog satelliteKey={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const goodFor = ({ integrations, name }: SatelliteKey): string =>
  integrations.length === 0 ? `${name} (deleted)` : integrations.map((one) => one.name).join(', ');

function RevokeDialog({ satelliteKey, onClose }: { satelliteKey: SatelliteKey; onClose: () => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.send('POST', `api/v1/satellites/keys/${satelliteKey.id}/revoke`),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: ['satellites'] });
      onClose();
    },
  });
  return (
    <DialogBox
      title="Revoke this key?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </>
      }
    >
      <p>
        Satellites with it can do nothing any more for {goodFor(satelliteKey)}. This cannot be taken back: a new
        download makes a new key.
      </p>
      <MutationError error={revoke.error} />
    </DialogBox>
  );
}
