import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Branch } from '../../../src/features/code-quality/contract.ts';
import { External } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { formatCount } from '../../words/numbers.ts';
import { GateChip } from './gate.tsx';
import { useProject } from './use-project.ts';

const numbers = (value: number | null): ReactElement | string =>
  value === null ? <span className="note">no data</span> : formatCount(value);

const shared = (id: string): Column<Branch>[] => [
  { id: 'gate', header: 'Gate', phone: 'first', cell: (row) => <GateChip gate={row.gate} /> },
  {
    id: 'vulnerabilities',
    header: 'Open vulnerabilities',
    numeric: true,
    cell: (row) => numbers(row.openVulnerabilities),
  },
  {
    id: 'issues',
    header: 'Open issues',
    numeric: true,
    cell: (row) => (
      <Link to="/projects/$id/findings" params={{ id }} search={{ branch: row.isMain ? undefined : row.id }}>
        {numbers(row.openIssues)}
      </Link>
    ),
  },
  {
    id: 'at',
    header: 'Last analysis',
    cell: (row) =>
      row.analyzedAt === null ? <span className="note">never analysed</span> : <Ago at={row.analyzedAt} />,
  },
  {
    id: 'link',
    header: 'SonarQube',
    cell: (row) => (row.link === null ? '' : <External href={row.link}>Open</External>),
  },
];

export function ProjectBranches(): ReactElement | null {
  const { id, project } = useProject();
  if (project === undefined) return null;
  const branchColumns: Column<Branch>[] = [
    {
      id: 'name',
      header: 'Branch',
      phone: 'stay',
      cell: (row) => (
        <>
          {row.name} {row.isMain ? <Tag>main</Tag> : null}
        </>
      ),
    },
    ...shared(id),
  ];
  const requestColumns: Column<Branch>[] = [
    {
      id: 'name',
      header: 'Pull request',
      phone: 'stay',
      className: 'grow-cell',
      cell: (row) => (
        <>
          {row.url === null ? row.name : <External href={row.url}>{row.name}</External>}
          {row.title === null ? null : <span className="note">{row.title}</span>}
        </>
      ),
    },
    {
      id: 'from',
      header: 'From and to',
      cell: (row) => `${row.sourceBranch ?? 'unknown'} → ${row.target ?? 'unknown'}`,
    },
    ...shared(id),
  ];
  return (
    <>
      <Card title="Branches" note={formatCount(project.branches.length)}>
        <DataTable
          label="Branches"
          columns={branchColumns}
          rows={project.branches}
          rowKey={(row) => row.id}
          empty="No branch has been read yet."
        />
      </Card>
      <Card title="Pull requests" note={formatCount(project.pullRequests.length)}>
        <DataTable
          label="Pull requests"
          columns={requestColumns}
          rows={project.pullRequests}
          rowKey={(row) => row.id}
          empty="The server lists no pull request of this project. Community Build has none."
        />
      </Card>
    </>
  );
}
