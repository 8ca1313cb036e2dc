import { type ReactElement, type ReactNode, useState } from 'react';
import type { TreeNode, TreePreview } from '../../../src/features/teams/contract.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Segmented } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { Notice } from '../../components/states.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { Nodes } from './nodes.tsx';
import { reasonWords } from './words.ts';

const views = [
  { value: 'tree', label: 'Tree' },
  { value: 'table', label: 'Table' },
] as const;

/** A tree as it would be, as a tree or a table, with its totals and who would be in no team. */
export function PreviewCard({ preview, children }: { preview: TreePreview; children: ReactNode }): ReactElement {
  const [view, setView] = useState<'tree' | 'table'>('tree');
  const { totals, nodes, nodesInAll, unmapped } = preview;
  return (
    <Card
      title={countOf(totals.teams, 'team')}
      label="Preview"
      note={`${countOf(totals.mapped, 'person', 'people')} in teams, ${formatCount(totals.unmapped)} in none, ${formatCount(totals.leftOut)} left out`}
      actions={<Segmented label="Shown as" value={view} choices={[...views]} onChoose={setView} />}
      padded
    >
      {totals.unmapped === 0 ? null : (
        <Notice kind="warning" title={`${countOf(totals.unmapped, 'person', 'people')} would be in no team.`}>
          <ul className="samples">
            {unmapped.slice(0, 10).map(({ id, name, email, ...why }) => (
              <li key={id}>
                {name} <span className="note">{email}</span> {reasonWords(why)}
              </li>
            ))}
            {totals.unmapped > 10 ? <li className="note">and {formatCount(totals.unmapped - 10)} more</li> : null}
          </ul>
        </Notice>
      )}
      {view === 'tree' ? (
        <Nodes nodes={nodes} label="Preview of the tree" name={(node) => node.name} />
      ) : (
        <Table nodes={nodes} />
      )}
      {nodesInAll > nodes.length ? (
        <p className="note">
          The first {formatCount(nodes.length)} of {formatCount(nodesInAll)} nodes.
        </p>
      ) : null}
      <div className="form-actions">{children}</div>
    </Card>
  );
}

function Table({ nodes }: { nodes: readonly TreeNode[] }): ReactElement {
  const names = new Map(nodes.map(({ key, name }) => [key, name]));
  const columns: Column<TreeNode>[] = [
    { id: 'name', header: 'Team', fixed: true, className: 'name-cell', cell: (row) => row.name },
    {
      id: 'parent',
      header: 'Below',
      cell: (row) => (row.parent === null ? <span className="note">the top</span> : (names.get(row.parent) ?? '')),
    },
    { id: 'manager', header: 'Led by', cell: (row) => row.manager ?? '' },
    { id: 'people', header: 'People', numeric: true, phone: 'stay', cell: (row) => formatCount(row.people) },
  ];
  const teams = nodes.filter(({ leaf }) => leaf);
  return (
    <>
      <DataTable
        label="Teams of the preview"
        columns={columns}
        rows={teams.slice(0, 200)}
        rowKey={(row) => row.key}
        empty="Nobody would be in a team."
      />
      {teams.length > 200 ? <p className="note">The first 200 of {formatCount(teams.length)} teams.</p> : null}
    </>
  );
}
