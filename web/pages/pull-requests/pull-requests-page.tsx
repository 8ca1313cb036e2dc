import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PullRequestRow } from '../../../src/features/reports/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { pullRequestsQuery } from '../../api/pull-requests.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect, SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { LeftCompanionsCard } from './left-companions-card.tsx';
import { NoPullRequests } from './no-pull-requests.tsx';
import { ReportChip, ReportGateChip } from './report-chip.tsx';
import { type PullRequestsSearch, reportStates } from './search.ts';
import { useReportAgain } from './report-again.tsx';
import { titleColumn } from './title-column.tsx';
import {
  annotationsWords,
  partWords,
  reasonWords,
  reportStateLabel,
  shareWords,
  worstGate,
  worstReport,
} from './words.ts';

const route = getRouteApi('/shell/pull-requests');

const columns: readonly Column<PullRequestRow>[] = [
  {
    id: 'report',
    header: 'Report',
    phone: 'first',
    keep: true,
    cell: ({ reports }) => {
      const worst = worstReport(reports);
      if (worst === undefined) return <span className="note">no project bound</span>;
      const share = shareWords(reports);
      return (
        <>
          <ReportChip report={worst} />
          {share === null ? null : (
            <span className="note" title={`${share} projects`}>
              {share}
            </span>
          )}
        </>
      );
    },
  },
  titleColumn,
  {
    id: 'repository',
    header: 'Repository',
    cell: ({ repository }) => (
      <Link
        from="/pull-requests"
        to="/pull-requests"
        search={(previous) => ({ ...previous, page: undefined, repository: [repository.id] })}
      >
        {repository.project}/{repository.slug}
      </Link>
    ),
  },
  {
    id: 'gate',
    header: 'Gate',
    keep: true,
    cell: ({ reports }) => {
      const worst = worstGate(reports);
      return worst === undefined ? null : <ReportGateChip report={worst} />;
    },
  },
  {
    id: 'annotations',
    header: 'Annotations',
    numeric: true,
    cell: ({ reports }) => annotationsWords(reports) ?? <span className="note">none written</span>,
  },
  { id: 'why', header: 'What is missing', cell: (row) => <Missing row={row} /> },
  { id: 'updated', header: 'Changed', cell: (row) => <Ago at={row.updatedAt} /> },
];

/** The last error with its remedy, or why there is no report. */
function Missing({ row: { reports } }: { row: PullRequestRow }): ReactElement | null {
  const worst = worstReport(reports);
  if (worst === undefined) return null;
  if (worst.error !== null)
    return (
      <>
        {worst.error.message} <span className="note">{worst.error.remedy}</span>
      </>
    );
  const [beside] = reports.flatMap((report) => report.beside);
  if (beside !== undefined)
    return (
      <>
        {partWords(beside)} {beside.error.message} <span className="note">{beside.error.remedy}</span>
      </>
    );
  if (worst.foreign !== null) return <>Somebody else writes a report under the same key.</>;
  if (worst.reason === null) return null;
  const { what, next } = reasonWords[worst.reason];
  return (
    <>
      {what} {next === null ? null : <span className="note">{next}</span>}
    </>
  );
}

const againColumn = (again: ReturnType<typeof useReportAgain>): Column<PullRequestRow> => ({
  id: 'again',
  header: 'Again',
  keep: true,
  cell: (row) =>
    row.reports.length === 0 ? null : (
      <span className="row-actions">
        <Button
          look="bare"
          busy={again.isPending && again.variables === row.id}
          aria-label={`Report again on pull request ${row.number}`}
          onClick={() => again.mutate(row.id)}
        >
          Report again
        </Button>
      </span>
    ),
});

export function PullRequestsPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<PullRequestsSearch>('/pull-requests');
  const { q, state = 'open', ...rest } = search;
  const query = useQuery(
    pullRequestsQuery(useApi(), { ...rest, search: q, state: state === 'any' ? undefined : state }),
  );
  const again = useReportAgain();
  const mayWrite = useCan('integrations:write');
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title="Pull requests"
      wide
      actions={
        <span className="note">{query.data === undefined ? '' : countOf(query.data.total, 'pull request')}</span>
      }
    >
      {query.data?.total === 0 && !filtered ? (
        <NoPullRequests others={() => change({ state: 'any' })} />
      ) : (
        <>
          <Filters search={search} change={change} />
          <MutationError error={again.error} />
          <Card title="Pull requests" note="the one that changed last first">
            <QueryTable
              query={query}
              label="Pull requests"
              columns={mayWrite ? [...columns, againColumn(again)] : columns}
              rows={(data) => data.pullRequests}
              rowKey={(row) => row.id}
              paging={pagingOf(query.data, change)}
              empty="No pull request matches these filters."
            />
          </Card>
        </>
      )}
      <LeftCompanionsCard />
    </Page>
  );
}

function Filters({
  search,
  change,
}: {
  search: PullRequestsSearch;
  change: (next: Partial<PullRequestsSearch>) => void;
}): ReactElement {
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Find a pull request"
        placeholder="Title, branch or number"
        value={search.q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <CompactSelect
        label="State"
        value={search.state ?? 'open'}
        choices={[
          { value: 'open', label: 'Open' },
          { value: 'merged', label: 'Merged' },
          { value: 'declined', label: 'Declined' },
          { value: 'any', label: 'Open and closed' },
        ]}
        onChoose={(state) => change({ state: state === 'open' ? undefined : state })}
      />
      <ChooseMany
        label="Reports"
        all="Any report"
        options={reportStates.map((value) => ({ value, label: reportStateLabel[value] }))}
        chosen={search.report}
        onChoose={(report) => change({ report })}
      />
      {search.repository?.length === 1 ? (
        <Link
          to="/pull-requests/repositories/$id"
          params={{ id: String(search.repository[0]) }}
          className="button bare"
        >
          Blocking merges
        </Link>
      ) : null}
      {search.repository === undefined ? null : (
        <button type="button" className="button bare" onClick={() => change({ repository: undefined })}>
          All repositories
        </button>
      )}
    </Toolbar>
  );
}
