import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ReportDetail, ReportFindingList } from '../../../src/features/reports/contract.ts';
import { reportFindingsQuery } from '../../api/pull-requests.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import type { PullRequestSearch } from './search.ts';

type ReportFinding = ReportFindingList['findings'][number];

const severityWords: Record<ReportFinding['severity'], string> = { HIGH: 'High', MEDIUM: 'Medium', LOW: 'Low' };

function typeWords({ kind, type }: ReportFinding): string {
  if (kind === 'hotspot') return 'Security hotspot';
  return { VULNERABILITY: 'Vulnerability', BUG: 'Bug', CODE_SMELL: 'Code smell' }[type];
}

const placeOf = ({ path, line }: ReportFinding): string =>
  path === null ? '' : line === null ? path : `${path}:${line}`;

const columns: readonly Column<ReportFinding>[] = [
  { id: 'severity', header: 'Severity', phone: 'first', keep: true, cell: (row) => severityWords[row.severity] },
  { id: 'message', header: 'Issue', fixed: true, className: 'name-cell', cell: (row) => row.message },
  { id: 'type', header: 'Type', keep: true, cell: typeWords },
  {
    id: 'place',
    header: 'Place',
    text: placeOf,
    cell: (row) => (row.path === null ? <span className="note">the project</span> : <code>{placeOf(row)}</code>),
  },
  { id: 'link', header: 'SonarQube', keep: true, cell: (row) => <External href={row.link}>Open</External> },
];

/** What the pull request brings, in the order in which it is shown in Bitbucket where not all may be. */
export function NewIssuesCard({
  id,
  detail: { analysis, annotations, report },
  page,
  change,
}: {
  id: string;
  detail: ReportDetail;
  page: number;
  change: (next: Partial<PullRequestSearch>) => void;
}): ReactElement | null {
  const query = useQuery({
    ...reportFindingsQuery(useApi(), id, { report: report.id, page }),
    enabled: analysis !== null,
  });
  if (analysis === null) return null;
  return (
    <Card title="New issues" note={noteOf({ total: analysis.findings, annotations, shown: report.shown })}>
      <QueryTable
        query={query}
        label="New issues"
        columns={columns}
        rows={(data) => data.findings}
        rowKey={(row) => row.key}
        paging={pagingOf(query.data, change)}
        empty="This pull request brings no new issue."
      />
    </Card>
  );
}

function noteOf(of: { total: number; annotations: boolean; shown: number | null }): string {
  const all = countOf(of.total, 'new issue');
  if (!of.annotations) return `${all}; annotations are switched off in the binding`;
  return of.shown === null || of.shown >= of.total
    ? all
    : `${all}, ${formatCount(of.shown)} of them shown in Bitbucket`;
}
