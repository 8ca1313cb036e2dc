import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Finding } from '../../../src/features/code-quality/contract.ts';
import { reportCsv, reportFindingsQuery, reportQuery } from '../../api/reports.ts';
import { useApi } from '../../app/context.ts';
import { SeverityBadge } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Loaded, Skeleton } from '../../components/states.tsx';
import { typeLabel } from '../findings/words.ts';
import { ReportTable } from './report-table.tsx';
import { reportParameters, type ReportsSearch } from './search.ts';

interface BehindProps {
  search: ReportsSearch;
  title: string;
  change: (next: Partial<ReportsSearch>) => void;
}

const columns: readonly Column<Finding>[] = [
  { id: 'severity', header: 'Severity', phone: 'first', cell: (row) => <SeverityBadge severity={row.severity} /> },
  { id: 'type', header: 'Type', cell: (row) => typeLabel[row.type] },
  {
    id: 'title',
    header: 'Title',
    fixed: true,
    className: 'grow-cell',
    cell: (row) => (
      <Link to="/findings" search={{ finding: row.id }}>
        {row.message}
      </Link>
    ),
    text: (row) => row.message,
  },
  {
    id: 'project',
    header: 'Project',
    cell: (row) => (
      <Link to="/projects/$id" params={{ id: String(row.project.id) }}>
        {row.project.name}
      </Link>
    ),
    text: (row) => row.project.name,
  },
  { id: 'author', header: 'Author', cell: (row) => row.author ?? '', text: (row) => row.author ?? '' },
];

/** The findings that a bar counts, as many as it says. */
export function FindingsBehind({ search, title, change }: BehindProps): ReactElement {
  const api = useApi();
  const parameters = { ...reportParameters(search), group: search.group, part: search.part };
  const query = useQuery(reportFindingsQuery(api, { ...parameters, page: search.page }));
  return (
    <SidePanel wide title={title} onClose={() => change({ group: undefined, part: undefined })}>
      <p>
        <a className="button bare" href={reportCsv(api, 'findings', parameters)} download>
          <Icon name="download" />
          CSV
        </a>
      </p>
      <QueryTable
        query={query}
        label="Findings behind the bar"
        columns={columns}
        rows={(data) => data.findings}
        rowKey={({ id }) => id}
        paging={pagingOf(query.data, (next) => change({ ...next, group: search.group, part: search.part }))}
        empty="Nothing is behind it any more."
      />
    </SidePanel>
  );
}

/** Each project at the end of a period. */
export function ProjectsBehind({ search, title, change }: BehindProps): ReactElement {
  const api = useApi();
  const { stack: _stack, preset: _preset, from: _from, to: _to, ...parameters } = reportParameters(search);
  const query = useQuery(reportQuery(api, { ...parameters, at: search.at }));
  return (
    <SidePanel wide title={title} onClose={() => change({ at: undefined })}>
      <p className="note">Each project at the end of that day.</p>
      <Loaded query={query} skeleton={<Skeleton height={240} />}>
        {(report) => <ReportTable report={report} onLook={undefined} />}
      </Loaded>
    </SidePanel>
  );
}
