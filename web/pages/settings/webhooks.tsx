import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import type { WebhookEndpoint } from '../../../src/features/operations/contract.ts';
import { webhooksQuery } from '../../api/webhooks.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Chip } from '../../components/chips.tsx';
import { type Column, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { Guarded } from './guarded.tsx';
import { AddWebhook, EditWebhook } from './webhook-dialogs.tsx';
import { WebhookPanel } from './webhook-panel.tsx';

const route = getRouteApi('/shell/settings/webhooks');

export function WebhooksPage(): ReactElement {
  const { endpoint: openId, before } = route.useSearch();
  const navigate = useNavigate({ from: '/settings/webhooks' });
  const query = useQuery({ ...webhooksQuery(useApi()), enabled: useCan('settings:write') });
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<WebhookEndpoint | null>(null);
  const endpoints = query.data?.endpoints;
  const open = endpoints?.find(({ id }) => id === openId);
  return (
    <Guarded
      permission="settings:write"
      wide
      actions={
        <Button look="primary" onClick={() => setAdding(true)}>
          Add a webhook
        </Button>
      }
    >
      <Failing endpoints={endpoints ?? []} />
      <Card title="Outgoing webhooks" note="addresses that are told what happened, by a signed POST">
        <QueryTable
          query={query}
          label="Outgoing webhooks"
          columns={columns(setEditing)}
          rows={(data) => data.endpoints}
          rowKey={(row) => row.id}
          openKey={openId}
          skeletonRows={2}
          empty="No address yet. Add one to tell a chat, a pager or a pipeline when the health of an integration changes."
        />
      </Card>
      {adding ? <AddWebhook onClose={() => setAdding(false)} /> : null}
      {editing === null ? null : <EditWebhook endpoint={editing} onClose={() => setEditing(null)} />}
      {open === undefined ? null : (
        <WebhookPanel
          endpoint={open}
          before={before}
          onOlder={(next) => void navigate({ search: { endpoint: open.id, before: next }, resetScroll: false })}
          onClose={() => void navigate({ search: {}, resetScroll: false })}
        />
      )}
    </Guarded>
  );
}

/** What a person has to do something about. */
function Failing({ endpoints }: { endpoints: readonly WebhookEndpoint[] }): ReactElement | null {
  const off = endpoints.filter(({ disabledCode }) => disabledCode !== null && disabledCode !== 'by_person');
  if (off.length === 0) return null;
  return (
    <Notice kind="failed" title="Switched off because nothing arrived.">
      {off.map(({ url }) => new URL(url).host).join(', ')}: repair the address, then switch it on and redeliver what was
      missed.
    </Notice>
  );
}

const columns = (onEdit: (endpoint: WebhookEndpoint) => void): Column<WebhookEndpoint>[] => [
  {
    id: 'url',
    header: 'Address',
    phone: 'stay',
    cell: (row) => (
      <>
        <RowLink search={{ endpoint: row.id, before: undefined }}>{row.url}</RowLink>
        {row.description === '' ? null : <span className="note">{row.description}</span>}
      </>
    ),
  },
  { id: 'state', header: 'State', phone: 'first', cell: (row) => <State endpoint={row} /> },
  { id: 'events', header: 'Events', cell: (row) => row.events.map((event) => <code key={event}>{event} </code>) },
  { id: 'pending', header: 'Waiting', numeric: true, cell: (row) => formatCount(row.pending) },
  {
    id: 'last',
    header: 'Last arrived',
    cell: (row) =>
      row.lastDeliveredAt === null ? <span className="note">nothing yet</span> : <Ago at={row.lastDeliveredAt} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    cell: (row) => (
      <Button look="bare" aria-label={`Edit ${row.url}`} onClick={() => onEdit(row)}>
        Edit
      </Button>
    ),
  },
];

function State({ endpoint }: { endpoint: WebhookEndpoint }): ReactElement {
  const { disabledAt, disabledCode, failingSince } = endpoint;
  if (disabledAt !== null) {
    const person = disabledCode === 'by_person';
    return (
      <>
        <Chip tone={person ? 'none' : 'failed'} glyph={person ? '‖' : '✕'}>
          Off
        </Chip>
        <span className="note">
          {person ? 'by a person' : <code>{disabledCode}</code>} <Ago at={disabledAt} />
        </span>
      </>
    );
  }
  if (failingSince !== null) {
    return (
      <>
        <Chip tone="warn" glyph="!">
          Failing
        </Chip>
        <span className="note">
          since <Ago at={failingSince} />
        </span>
      </>
    );
  }
  return (
    <Chip tone="passed" glyph="✓">
      On
    </Chip>
  );
}
