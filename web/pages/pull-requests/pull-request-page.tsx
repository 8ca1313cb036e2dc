import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PullRequestDetail, PullRequestRow, ReportDetail } from '../../../src/features/reports/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { pullRequestQuery } from '../../api/pull-requests.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { PageLink } from '../../app/page-link.tsx';
import { Button, External } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { type Column, DataTable, RowLink } from '../../components/data-table.tsx';
import { Card, Facts, Page } from '../../components/page.tsx';
import { EmptyState, Loaded, MutationError } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { TraceStrip } from '../trace/trace-strip.tsx';
import { AttemptPanel } from './attempt-panel.tsx';
import { GateCard } from './gate-card.tsx';
import { HistoryCard } from './history-card.tsx';
import { LeftCompanionsCard } from './left-companions-card.tsx';
import { NewIssuesCard } from './new-issues-card.tsx';
import { useReportAgain } from './report-again.tsx';
import { ReportCard } from './report-card.tsx';
import { ReportChip, ReportGateChip } from './report-chip.tsx';
import type { PullRequestSearch } from './search.ts';
import { annotationsWords, stateLabel, worstReport } from './words.ts';

const route = getRouteApi('/shell/pull-requests/$id');

export function PullRequestPage(): ReactElement {
  const { id } = route.useParams();
  const query = useQuery(pullRequestQuery(useApi(), id));
  const again = useReportAgain();
  const pullRequest = query.data?.pullRequest;
  const mayWrite = useCan('integrations:write') && (query.data?.reports.length ?? 0) > 0;
  return (
    <Page
      title={pullRequest === undefined ? 'Pull request' : `#${pullRequest.number} ${pullRequest.title}`}
      parent={<Link to="/pull-requests">Pull requests</Link>}
      wide
      pending={pullRequest === undefined && query.error === null}
      status={pullRequest === undefined ? null : <Tag>{stateLabel[pullRequest.state]}</Tag>}
      actions={
        mayWrite && pullRequest !== undefined ? (
          <Button look="primary" busy={again.isPending} onClick={() => again.mutate(pullRequest.id)}>
            Report again
          </Button>
        ) : null
      }
    >
      <MutationError error={again.error} />
      <Loaded query={query}>{(data) => <Content id={id} data={data} />}</Loaded>
    </Page>
  );
}

function Content({ id, data: { pullRequest, reports } }: { id: string; data: PullRequestDetail }): ReactElement {
  const search = route.useSearch();
  const change = useChange<PullRequestSearch>('/pull-requests/$id');
  const worst = worstReport(reports.map(({ report }) => report));
  const chosen =
    reports.find(({ report }) => report.id === search.report) ??
    reports.find(({ report }) => report.id === worst?.id) ??
    reports[0];
  const attempt = chosen?.attempts.find((one) => one.id === search.attempt);
  return (
    <>
      <AboutCard pullRequest={pullRequest} />
      <TraceStrip of={`pull_request:${id}`} />
      <LeftCompanionsCard pullRequest={id} />
      {chosen === undefined ? (
        <NotBound />
      ) : (
        <>
          {reports.length < 2 ? null : <ReportsCard reports={reports} chosen={chosen} />}
          <ReportCard detail={chosen} pullRequest={pullRequest} />
          <GateCard detail={chosen} />
          <NewIssuesCard id={id} detail={chosen} page={search.page ?? 1} change={change} />
          <HistoryCard attempts={chosen.attempts} open={attempt?.id} />
        </>
      )}
      {attempt === undefined ? null : (
        <AttemptPanel attempt={attempt} onClose={() => change({ attempt: undefined, page: search.page })} />
      )}
    </>
  );
}

function AboutCard({ pullRequest }: { pullRequest: PullRequestRow }): ReactElement {
  const { repository, sourceBranch, targetBranch, fromFork, draft, author, head, link, updatedAt } = pullRequest;
  return (
    <Card
      title="Pull request"
      actions={link === null ? null : <External href={link}>Open in Bitbucket</External>}
      padded
    >
      <Facts
        entries={[
          [
            'Repository',
            <span key="r">
              <Link to="/pull-requests" search={{ repository: [repository.id] }}>
                {repository.project}/{repository.slug}
              </Link>{' '}
              <span className="note">
                on{' '}
                <PageLink to="/integrations/$id" params={{ id: String(repository.integration.id) }}>
                  {repository.integration.name}
                </PageLink>
              </span>
            </span>,
          ],
          [
            'Branches',
            <span key="b">
              {sourceBranch} → {targetBranch} {fromFork ? <span className="note">from a fork</span> : null}
            </span>,
          ],
          ['Head', <code key="h">{head}</code>],
          ['Author', author],
          ['Draft', draft ? 'Yes' : null],
          ['Changed', <Ago key="u" at={updatedAt} />],
        ]}
      />
    </Card>
  );
}

function NotBound(): ReactElement {
  return (
    <EmptyState
      title="Nothing is reported here"
      action={
        <Link to="/projects/bindings" className="button primary">
          Bind a project
        </Link>
      }
    >
      No SonarQube project is bound to this repository. Bind one, and its gate and its new issues are reported on this
      pull request.
    </EmptyState>
  );
}

const reportColumns: readonly Column<ReportDetail>[] = [
  { id: 'report', header: 'Report', phone: 'first', keep: true, cell: ({ report }) => <ReportChip report={report} /> },
  {
    id: 'project',
    header: 'Project',
    fixed: true,
    className: 'name-cell',
    cell: ({ report }) => (
      <RowLink search={{ report: report.id, attempt: undefined, page: undefined }}>{report.project.name}</RowLink>
    ),
  },
  { id: 'gate', header: 'Gate', keep: true, cell: ({ report }) => <ReportGateChip report={report} /> },
  {
    id: 'annotations',
    header: 'Annotations',
    numeric: true,
    cell: ({ report }) => annotationsWords([report]) ?? <span className="note">none written</span>,
  },
  { id: 'prefix', header: 'Folder', cell: ({ prefix }) => (prefix === '' ? 'the whole' : <code>{prefix}</code>) },
];

/** Of a mono repository: one report per project. */
function ReportsCard({ reports, chosen }: { reports: readonly ReportDetail[]; chosen: ReportDetail }): ReactElement {
  return (
    <Card title="Reports" note="one per project of this repository; choose one to see it below">
      <DataTable
        label="Reports"
        columns={reportColumns}
        rows={reports}
        rowKey={({ report }) => report.id}
        openKey={chosen.report.id}
        empty="No project is bound."
      />
    </Card>
  );
}
