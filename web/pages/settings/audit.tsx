import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { AuditEvent } from '../../../src/features/access/contract.ts';
import { auditFileUrl, auditTrailQuery } from '../../api/access.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { type Column, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { sentenceCase } from '../../words/labels.ts';
import { AuditFilters } from './audit-filters.tsx';
import { ChainCard } from './chain-card.tsx';
import { Guarded } from './guarded.tsx';
import type { AuditSearch } from './search.ts';

const route = getRouteApi('/shell/settings/audit');

const columns: readonly Column<AuditEvent>[] = [
  { id: 'at', header: 'When', phone: 'stay', cell: (row) => <Moment at={row.at} /> },
  { id: 'actor', header: 'Who', cell: (row) => row.actorName },
  {
    id: 'action',
    header: 'What',
    phone: 'stay',
    className: 'code-cell',
    cell: (row) => (
      <RowLink search={{ event: row.id }}>
        <code>{row.action}</code>
      </RowLink>
    ),
  },
  {
    id: 'object',
    header: 'On',
    cell: (row) => [sentenceCase(row.objectKind), row.objectName ?? row.objectId ?? ''].join(' ').trim(),
  },
  { id: 'from', header: 'From', cell: (row) => row.remoteAddress ?? '' },
];

export function AuditPage(): ReactElement {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/settings/audit' });
  const change = (next: Partial<AuditSearch>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true, resetScroll: false });
  const { event: open, ...filters } = search;
  const api = useApi();
  const query = useQuery({ ...auditTrailQuery(api, filters), enabled: useCan('audit:read') });
  const { data } = query;
  const event = data?.events.find((candidate) => candidate.id === open);
  return (
    <Guarded permission="audit:read" wide>
      <ChainCard />
      <AuditFilters
        search={search}
        kinds={data?.kinds ?? []}
        onChange={(next) => change({ ...next, before: undefined })}
      />
      <Card
        title="Audit trail"
        note="newest first"
        actions={(['csv', 'jsonl'] as const).map((format) => (
          <a key={format} className="button bare" href={auditFileUrl(api, filters, format)} download>
            <Icon name="download" />
            {format === 'csv' ? 'CSV' : 'JSON lines'}
          </a>
        ))}
        footer={
          search.before === undefined && data?.nextBefore == null ? undefined : (
            <>
              {search.before === undefined ? null : (
                <Button onClick={() => change({ before: undefined })}>Newest</Button>
              )}
              {data?.nextBefore == null ? null : (
                <Button onClick={() => change({ before: data.nextBefore ?? undefined })}>Older</Button>
              )}
            </>
          )
        }
      >
        <QueryTable
          query={query}
          label="Audit trail"
          columns={columns}
          rows={(data) => data.events}
          rowKey={(row) => row.id}
          openKey={open}
          empty="Nothing matches these filters."
        />
      </Card>
      {event === undefined ? null : <EventPanel event={event} onClose={() => change({ event: undefined })} />}
    </Guarded>
  );
}

function EventPanel({ event, onClose }: { event: AuditEvent; onClose: () => void }): ReactElement {
  const { objectKind, objectId } = event;
  return (
    <SidePanel title={event.action} eyebrow={`Entry ${event.id}`} onClose={onClose}>
      {event.sequence === null ? (
        <Notice kind="warning" title="The hub did not write this row.">
          It has no place in the chain: somebody put it into the database.
        </Notice>
      ) : null}
      <Facts
        entries={[
          ['When', <Moment key="t" at={event.at} />],
          ['Who', `${event.actorName} (${event.actorKind})`],
          ['On', `${objectKind} ${event.objectName ?? ''} ${objectId === null ? '' : `(${objectId})`}`],
          ['From', event.remoteAddress],
          ['Request', event.requestId === null ? null : <code key="r">{event.requestId}</code>],
          ['Row', event.sequence],
          ['Hash', event.hash === null ? null : <code key="h">{event.hash}</code>],
        ]}
      />
      {objectId === null ? null : (
        <p>
          <Link to="/settings/audit" search={{ kind: objectKind, object: objectId }}>
            Everything on this {sentenceCase(objectKind).toLowerCase()}
          </Link>
        </p>
      )}
      {Object.keys(event.details).length === 0 ? null : (
        <pre className="shape">{JSON.stringify(event.details, null, 2)}</pre>
      )}
    </SidePanel>
  );
}
