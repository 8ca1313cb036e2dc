import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { LeadTimeList, RestoreList } from '../../../src/features/deployments/contract.ts';
import { leadTimesQuery, restoresQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { Moment } from '../../components/time.tsx';
import { deliveryLists, type DeliveryListName, type DeliverySearch, filtersOf } from './search.ts';
import { seconds } from './words.ts';

const listLabel: Record<DeliveryListName, string> = {
  lead_times: 'Lead times',
  restored: 'Restored',
  open: 'Not restored yet',
  no_commit: 'Without a commit',
  not_analysed: 'Never analysed',
  analysed_after: 'Analysed only later',
  repeated: 'Delivered before',
};

interface ListProps {
  search: DeliverySearch;
  change: (next: Partial<DeliverySearch>) => void;
}

/** The rows behind a figure, as many as it says. */
export function ListCard(props: ListProps): ReactElement {
  const list = props.search.list ?? 'lead_times';
  const ofRestores = list === 'restored' || list === 'open';
  return (
    <Card
      title={ofRestores ? 'Times to restore' : 'Lead times'}
      note="the newest first"
      actions={
        <CompactSelect
          label="List"
          value={list}
          choices={deliveryLists.map((value) => ({ value, label: listLabel[value] }))}
          onChoose={(value) => props.change({ list: value === 'lead_times' ? undefined : value })}
        />
      }
    >
      {ofRestores ? <Restores {...props} state={list} /> : <LeadTimes {...props} list={list} />}
    </Card>
  );
}

type Restore = RestoreList['restores'][number];
type LeadTime = LeadTimeList['leadTimes'][number];

const toDeployment = (id: number, at: string): ReactElement => (
  <Link to="/deployments/history" search={{ deployment: id }}>
    <Moment at={at} />
  </Link>
);

const place = <Row extends Restore | LeadTime>(): Column<Row>[] => [
  { id: 'service', header: 'Service', fixed: true, cell: ({ service }) => service },
  {
    id: 'environment',
    header: 'Environment',
    cell: ({ environment, infrastructure }) => (
      <>
        {environment} {infrastructure === null ? null : <span className="note">{infrastructure}</span>}
      </>
    ),
  },
];

const restoreColumns: readonly Column<Restore>[] = [
  ...place<Restore>(),
  { id: 'took', header: 'Took', numeric: true, phone: 'stay', keep: true, cell: (row) => seconds(row.seconds) },
  { id: 'failed', header: 'Failed', cell: (row) => toDeployment(row.failedId, row.failedAt) },
  { id: 'failures', header: 'Failures', numeric: true, cell: ({ failures }) => String(failures) },
  {
    id: 'restored',
    header: 'Restored',
    cell: ({ restoredId, restoredAt }) =>
      restoredId === null || restoredAt === null ? (
        <span className="note">not yet</span>
      ) : (
        toDeployment(restoredId, restoredAt)
      ),
  },
];

const leadColumns: readonly Column<LeadTime>[] = [
  ...place<LeadTime>(),
  {
    id: 'took',
    header: 'Took',
    numeric: true,
    phone: 'stay',
    keep: true,
    cell: ({ seconds: took }) => leadWords(took),
  },
  {
    id: 'commit',
    header: 'Commit',
    cell: ({ commit }) =>
      commit === null ? <span className="note">not told</span> : <code title={commit}>{commit.slice(0, 12)}</code>,
    text: ({ commit }) => commit ?? '',
  },
  {
    id: 'analysed',
    header: 'First analysed',
    cell: ({ firstAnalysedAt: at }) => (at === null ? <span className="note">never</span> : <Moment at={at} />),
  },
  { id: 'deployed', header: 'Deployed', cell: (row) => toDeployment(row.deploymentId, row.deployedAt) },
];

const leadWords = (took: number | null): string => (took === null || took < 0 ? 'not known' : seconds(took));

function Restores({ search, change, state }: ListProps & { state: 'restored' | 'open' }): ReactElement {
  const query = useQuery(restoresQuery(useApi(), { ...filtersOf(search), state, page: search.page }));
  return (
    <QueryTable
      query={query}
      label="Times to restore"
      columns={restoreColumns}
      rows={(data) => data.restores}
      rowKey={(row) => row.failedId}
      paging={pagingOf(query.data, change)}
      empty={
        state === 'open' ? 'Everything that failed in this range was restored.' : 'Nothing was restored in this range.'
      }
    />
  );
}

function LeadTimes({
  search,
  change,
  list,
}: ListProps & { list: Exclude<DeliveryListName, 'restored' | 'open'> }): ReactElement {
  const state = list === 'lead_times' ? 'linked' : list;
  const query = useQuery(leadTimesQuery(useApi(), { ...filtersOf(search), state, page: search.page }));
  return (
    <QueryTable
      query={query}
      label="Lead times"
      columns={leadColumns}
      rows={(data) => data.leadTimes}
      rowKey={(row) => row.deploymentId}
      paging={pagingOf(query.data, change)}
      empty="No deployment of this range is in this list."
    />
  );
}
