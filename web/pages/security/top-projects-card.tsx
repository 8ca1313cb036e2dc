import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { TopProjects } from '../../../src/features/insights/contract.ts';
import { securityCsv, topProjectsQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { type Column, QueryTable } from '../../components/data-table.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { useInScope } from '../scope/scope-words.ts';
import { sharedParameters } from './search.ts';
import { useSecuritySearch } from './use-search.ts';

type Row = TopProjects['projects'][number];

const columns: readonly Column<Row>[] = [
  {
    id: 'project',
    header: 'Project',
    phone: 'stay',
    cell: (row) => (
      <Link to="/projects/$id" params={{ id: String(row.id) }} title={row.key} data-row-link="">
        {row.name}
      </Link>
    ),
  },
  { id: 'critical', header: 'Critical', numeric: true, cell: (row) => formatCount(row.open.critical) },
  { id: 'high', header: 'High', numeric: true, cell: (row) => formatCount(row.open.high) },
  { id: 'total', header: 'All', phone: 'stay', numeric: true, cell: (row) => formatCount(row.open.total) },
];

export function TopProjectsCard(): ReactElement {
  const api = useApi();
  const [search] = useSecuritySearch();
  const parameters = sharedParameters(search);
  const inScope = useInScope();
  const top = useQuery(topProjectsQuery(api, { ...parameters, limit: 8 }));
  return (
    <Card
      title="Most affected projects"
      note={top.data === undefined ? undefined : countOf(top.data.total, 'project')}
      actions={
        <a className="button bare" href={securityCsv(api, 'projects', parameters)} download>
          <Icon name="download" />
          CSV
        </a>
      }
    >
      <QueryTable
        query={top}
        label="Projects with the most open vulnerabilities"
        columns={columns}
        rows={(data) => data.projects}
        rowKey={(row) => row.id}
        empty={`No project${inScope} has an open vulnerability that matches these filters.`}
      />
    </Card>
  );
}
