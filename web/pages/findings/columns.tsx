import { Link } from '@tanstack/react-router';
import type { Finding, FindingColumn } from '../../../src/features/code-quality/contract.ts';
import { Chip, SeverityBadge } from '../../components/chips.tsx';
import { type Column, RowLink } from '../../components/data-table.tsx';
import { Ago } from '../../components/time.tsx';
import { assetTypeLabel } from '../../words/labels.ts';
import { qualityLabel, stateLabel, typeLabel } from './words.ts';

const place = ({ path, line }: Finding): string => (path === null ? '' : line === null ? path : `${path}:${line}`);

/** Of a path the end tells files apart; the whole of it is a hover or a focus away. */
const fileName = (finding: Finding): string => place(finding).split('/').at(-1) ?? '';

/** Ids are the names that the file of the list has them under. */
const all: readonly (Column<Finding> & { id: FindingColumn; ofProject?: false })[] = [
  {
    id: 'severity',
    header: 'Severity',
    sortable: true,
    phone: 'first',
    cell: (row) => <SeverityBadge severity={row.severity} />,
  },
  { id: 'type', header: 'Type', cell: (row) => typeLabel[row.type] },
  {
    id: 'title',
    header: 'Title',
    fixed: true,
    className: 'grow-cell',
    cell: (row) => <RowLink search={{ finding: row.id }}>{row.message}</RowLink>,
    text: (row) => row.message,
  },
  {
    id: 'status',
    header: 'Status',
    cell: (row) => <Chip tone={row.state === 'open' ? 'active' : 'none'}>{stateLabel[row.state]}</Chip>,
    text: (row) => stateLabel[row.state],
  },
  {
    id: 'project',
    header: 'Project',
    sortable: true,
    ofProject: false,
    className: 'finding-project',
    cell: (row) => (
      <Link to="/projects/$id" params={{ id: String(row.project.id) }} title={row.project.key}>
        {row.project.name}
      </Link>
    ),
    text: (row) => row.project.name,
  },
  { id: 'branch', header: 'Branch', hidden: true, ofProject: false, cell: (row) => row.branch.name },
  {
    id: 'file',
    header: 'File',
    sortable: true,
    className: 'finding-file',
    cell: (row) => <code>{fileName(row)}</code>,
    text: place,
  },
  { id: 'rule', header: 'Rule', hidden: true, cell: (row) => (row.rule === null ? '' : <code>{row.rule}</code>) },
  {
    id: 'vulnerabilityId',
    header: 'Vulnerability ID',
    hidden: true,
    cell: (row) => <code>{row.vulnerabilityId}</code>,
  },
  {
    id: 'quality',
    header: 'Software quality',
    hidden: true,
    cell: (row) => row.qualities.map((quality) => qualityLabel[quality]).join(', '),
  },
  { id: 'cwe', header: 'CWE', hidden: true, cell: (row) => row.cwe.join(', ') },
  { id: 'owasp', header: 'OWASP Top 10', hidden: true, cell: (row) => row.owasp.join(', ') },
  { id: 'tags', header: 'Tags', hidden: true, cell: (row) => row.tags.join(', ') },
  { id: 'author', header: 'Author', hidden: true, cell: (row) => row.author ?? '' },
  { id: 'assignee', header: 'Assignee', hidden: true, cell: (row) => row.assignee ?? '' },
  { id: 'assetType', header: 'Asset type', hidden: true, cell: (row) => assetTypeLabel[row.assetType] },
  { id: 'created', header: 'Created', sortable: true, cell: (row) => <Ago at={row.createdAt} /> },
  { id: 'updated', header: 'Updated', sortable: true, hidden: true, cell: (row) => <Ago at={row.updatedAt} /> },
  {
    id: 'closed',
    header: 'Closed',
    hidden: true,
    cell: (row) => (row.closedAt === null ? '' : <Ago at={row.closedAt} />),
  },
  { id: 'key', header: 'Key', hidden: true, cell: (row) => <code>{row.key}</code> },
];

/** The same columns for a project and for all; a project need not say in each row which one it is. */
export function findingColumns(ofProject: boolean): readonly Column<Finding>[] {
  return ofProject ? all.filter((column) => column.ofProject !== false) : all;
}

/** What a file holds: the columns shown, the line beside its file. */
export function fileColumns(shown: readonly Column<Finding>[]): string[] {
  return shown.flatMap(({ id }) => (id === 'file' ? ['file', 'line'] : [id]));
}
