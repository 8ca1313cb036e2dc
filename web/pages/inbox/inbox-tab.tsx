import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { DeliveryAnswer, InboxState } from '../../../src/features/inbox/contract.ts';
import { deliveriesQuery, inboxQuery } from '../../api/inbox.ts';
import { useApi } from '../../app/context.ts';
import { Chip } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { CompactSelect, SearchBox } from '../../components/form.tsx';
import { Card, Facts } from '../../components/page.tsx';
import { EmptyState, Loaded, Notice } from '../../components/states.tsx';
import { Ago, Moment } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { DeliveryPanel } from './delivery-panel.tsx';
import { deliveryEvents, deliveryStates, type InboxSearch } from './search.ts';
import { SentCard } from './sent-card.tsx';
import { WebhookCard } from './webhook-card.tsx';
import { arrivalWords, deliveryLooks, eventWords, outcomeWords } from './words.ts';

const route = getRouteApi('/shell/integrations/$id/inbox');

export function InboxTab(): ReactElement {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/integrations/$id/inbox' });
  const change = (next: Partial<InboxSearch>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true, resetScroll: false });
  const query = useQuery(inboxQuery(useApi(), id));
  return (
    <Loaded query={query}>
      {(state) =>
        state.takesDeliveries ? (
          <>
            <WebhookCard state={state} />
            <RefusalsCard refusals={state.refusals} />
            <DeliveriesCard id={id} state={state} search={search} change={change} />
            {state.webhooks.length === 0 ? null : <SentCard id={id} />}
            {search.delivery === undefined ? null : (
              <DeliveryPanel id={id} delivery={search.delivery} onClose={() => change({ delivery: undefined })} />
            )}
          </>
        ) : (
          <Notice title="This kind of integration sends nothing.">Changes are found by polling.</Notice>
        )
      }
    </Loaded>
  );
}

/** What was turned away: a wrong secret shows here and nowhere else. */
function RefusalsCard({ refusals }: Pick<InboxState, 'refusals'>): ReactElement | null {
  if (refusals.length === 0) return null;
  return (
    <Card title="Refused" note="In the last 14 days. Of a refused call nothing but this count is kept." padded>
      <Facts
        entries={refusals.map(({ reason, title, times, lastAt, lastAddress }) => [
          title,
          <span key={reason}>
            {countOf(times, 'time')}, last <Ago at={lastAt} /> from <code>{lastAddress}</code> (<code>{reason}</code>)
          </span>,
        ])}
      />
    </Card>
  );
}

const columns: readonly Column<DeliveryAnswer>[] = [
  {
    id: 'received',
    header: 'Received',
    phone: 'stay',
    keep: true,
    cell: (row) => (
      <RowLink search={{ delivery: row.id }}>
        <Moment at={row.receivedAt} />
      </RowLink>
    ),
  },
  {
    id: 'state',
    header: 'State',
    phone: 'first',
    cell: ({ state }) => {
      const [tone, glyph, words] = deliveryLooks[state];
      return (
        <Chip tone={tone} glyph={glyph}>
          {words}
        </Chip>
      );
    },
  },
  { id: 'event', header: 'What happened', phone: 'stay', cell: (row) => eventWords(row.event) },
  { id: 'subject', header: 'About', cell: (row) => row.subject ?? '–' },
  { id: 'outcome', header: 'What was done', cell: outcomeWords },
  {
    id: 'arrival',
    header: 'Arrival',
    cell: arrivalWords,
  },
];

function DeliveriesCard({
  id,
  state,
  search,
  change,
}: {
  id: string;
  state: InboxState;
  search: InboxSearch;
  change: (next: Partial<InboxSearch>) => void;
}): ReactElement {
  const page = search.page ?? 1;
  const filters = { state: search.state, event: search.event, text: search.q, page };
  const query = useQuery(deliveriesQuery(useApi(), id, filters));
  const { data } = query;
  const filtered = search.state !== undefined || search.event !== undefined || search.q !== undefined;
  const filter = (next: Partial<InboxSearch>): void => change({ ...next, page: undefined });
  return (
    <Card title="Deliveries" note={deliveriesNote(state.counts)}>
      <div className="card-body">
        <Toolbar label="Filter deliveries">
          <SearchBox
            label="Search deliveries"
            placeholder="Project, branch or pull request"
            value={search.q ?? ''}
            onChange={(text) => filter({ q: text === '' ? undefined : text })}
          />
          <CompactSelect
            label="State"
            value={search.state ?? 'all'}
            choices={[
              { value: 'all', label: 'Every state' },
              ...deliveryStates.map((value) => ({ value, label: deliveryLooks[value][2] })),
            ]}
            onChoose={(value) => filter({ state: value === 'all' ? undefined : value })}
          />
          <CompactSelect
            label="What happened"
            value={search.event ?? 'all'}
            choices={[
              { value: 'all', label: 'Everything' },
              ...deliveryEvents.map((value) => ({ value, label: eventWords(value) })),
            ]}
            onChoose={(value) => filter({ event: value === 'all' ? undefined : value })}
          />
        </Toolbar>
      </div>
      <QueryTable
        query={query}
        label="Deliveries"
        columns={columns}
        rows={(data) => data.deliveries}
        rowKey={(row) => row.id}
        openKey={search.delivery}
        paging={pagingOf(data && { page, pageSize: data.pageSize, total: data.total }, change)}
        empty={filtered ? 'No delivery fits.' : <NothingYet state={state} />}
      />
    </Card>
  );
}

function deliveriesNote({ total, waiting, failed, repeated, recovered, lastAt }: InboxState['counts']): ReactElement {
  const parts = [
    `${formatCount(total)} in the last 14 days`,
    waiting > 0 ? `${formatCount(waiting)} waiting` : '',
    failed > 0 ? `${formatCount(failed)} failed` : '',
    recovered > 0 ? `${formatCount(recovered)} recovered` : '',
    repeated > 0 ? countOf(repeated, 'repetition') : '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.join(' · ')}
      {lastAt === null ? null : (
        <>
          {' '}
          · last <Ago at={lastAt} />
        </>
      )}
    </>
  );
}

function NothingYet({ state }: { state: InboxState }): ReactElement {
  const active = state.webhooks.some((webhook) => webhook.state === 'active');
  return (
    <EmptyState title="Nothing has arrived yet">
      {active || state.secrets.length > 0
        ? 'The next analysis on the server arrives here within a second of its end. Until then changes are found by polling.'
        : 'Set up the webhook above: then each analysis is read at once instead of at the next poll, and the commit of a pull request’s analysis is known.'}
    </EmptyState>
  );
}
