import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { LeftCompanions } from '../../../src/features/reports/contract.ts';
import { leftCompanionsQuery } from '../../api/pull-requests.ts';
import { useApi } from '../../app/context.ts';
import { PageLink } from '../../app/page-link.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { countOf } from '../../words/numbers.ts';

type Left = LeftCompanions['companions'][number];

const columns: readonly Column<Left>[] = [
  { id: 'key', header: 'Companion project', phone: 'first', keep: true, cell: ({ key }) => <code>{key}</code> },
  {
    id: 'server',
    header: 'SonarQube',
    cell: ({ integration }) => (
      <PageLink to="/integrations/$id" params={{ id: String(integration.id) }}>
        {integration.name}
      </PageLink>
    ),
  },
  {
    id: 'of',
    header: 'Pull request',
    cell: ({ pullRequest }) =>
      pullRequest === null ? (
        <span className="note">not known any more</span>
      ) : (
        <Link to="/pull-requests/$id" params={{ id: String(pullRequest.id) }}>
          {pullRequest.repository} #{pullRequest.number}
        </Link>
      ),
  },
  {
    id: 'why',
    header: 'Why it is still there',
    keep: true,
    cell: ({ error }) => (
      <>
        {error.message} <span className="note">{error.remedy}</span>
      </>
    ),
  },
  {
    id: 'next',
    header: 'Tried again',
    cell: ({ nextTryAt }) =>
      nextTryAt === null ? <span className="note">not by itself</span> : <Ago at={nextTryAt} />,
  },
];

/** Companions whose deletion failed, of one pull request or of all; nothing where there is none. */
export function LeftCompanionsCard({ pullRequest }: { pullRequest?: string }): ReactElement | null {
  const query = useQuery(leftCompanionsQuery(useApi(), { pullRequest }));
  if (query.data === undefined) return query.error === null ? null : <ErrorState error={query.error} compact />;
  const { companions, total } = query.data;
  if (companions.length === 0) return null;
  const more = total > companions.length ? `, the first ${companions.length} of ${countOf(total, 'project')}` : '';
  return (
    <Card title="Companion projects that could not be deleted" note={`their pull requests are closed${more}`}>
      <DataTable
        label="Companion projects"
        columns={columns}
        rows={companions}
        rowKey={({ key }) => key}
        empty="None."
      />
      <p className="card-footer start note">
        Plumbline goes on trying. Whoever may can delete such a project in SonarQube, too: the next attempt notices.
      </p>
    </Card>
  );
}
