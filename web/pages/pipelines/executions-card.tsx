import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ExecutionRow } from '../../../src/features/deployments/contract.ts';
import { executionsQuery, type PipelineName } from '../../api/pipelines.ts';
import { useApi } from '../../app/context.ts';
import { Tag } from '../../components/chips.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatDuration } from '../../words/times.ts';
import { type PipelineSearch, statuses } from './search.ts';
import { StatusChip } from './status-chip.tsx';
import { statusLabel, triggerWords } from './words.ts';

const columns: readonly Column<ExecutionRow>[] = [
  { id: 'status', header: 'Status', phone: 'first', keep: true, cell: (row) => <Status run={row} /> },
  {
    id: 'run',
    header: 'Run',
    fixed: true,
    keep: true,
    cell: (row) => <RowLink search={{ run: row.id }}>{row.number === null ? row.execution : `#${row.number}`}</RowLink>,
  },
  {
    id: 'built',
    header: 'Of',
    cell: (row) => <Built run={row} />,
  },
  {
    id: 'deployed',
    header: 'Deploys',
    cell: ({ deployed }) => (deployed.length === 0 ? <span className="note">nothing</span> : deployed.join(', ')),
  },
  { id: 'began', header: 'Began', cell: ({ startedAt }) => (startedAt === null ? 'not yet' : <Ago at={startedAt} />) },
  { id: 'took', header: 'Took', numeric: true, cell: (row) => <Took run={row} /> },
  { id: 'by', header: 'Started', cell: (row) => <StartedBy run={row} /> },
];

function Status({ run }: { run: ExecutionRow }): ReactElement {
  return (
    <span className="run-status">
      <StatusChip {...run} />
      {run.rolledBack ? <Tag>rolled back</Tag> : null}
      {run.supersededBy === null ? null : <Tag>retried</Tag>}
      {run.isGone ? <Tag>gone from Harness</Tag> : null}
    </span>
  );
}

function Built({ run: { commit, branch, pullRequest } }: { run: ExecutionRow }): ReactElement {
  const parts = [
    pullRequest === null ? null : `pull request ${pullRequest}`,
    branch,
    commit === null ? null : commit.slice(0, 8),
  ].filter((part) => part !== null);
  return parts.length === 0 ? <span className="note">not stated</span> : <>{parts.join(' · ')}</>;
}

export function Took({ run }: { run: Pick<ExecutionRow, 'startedAt' | 'endedAt'> }): ReactElement {
  if (run.startedAt === null) return <span className="note">not begun</span>;
  if (run.endedAt === null) return <span className="note">goes on</span>;
  return <>{formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}</>;
}

function StartedBy({ run: { triggeredBy, triggerType } }: { run: ExecutionRow }): ReactElement {
  const how = triggerWords[triggerType ?? ''] ?? null;
  const words = [triggeredBy, how].filter((part) => part !== null).join(', ');
  return words === '' ? <span className="note">not stated</span> : <>{words}</>;
}

/** What the pipeline ran, of any time. */
export function ExecutionsCard({
  name,
  search,
  change,
}: {
  name: PipelineName;
  search: PipelineSearch;
  change: (next: Partial<PipelineSearch>) => void;
}): ReactElement {
  const { q, status, page, run } = search;
  const executions = useQuery(executionsQuery(useApi(), { ...name, search: q, status, page }));
  return (
    <>
      <Toolbar label="Which runs">
        <SearchBox
          label="Find a run"
          placeholder="Number, branch or commit"
          value={q ?? ''}
          onChange={(text) => change({ q: text === '' ? undefined : text })}
        />
        <ChooseMany
          label="Status"
          all="Any status"
          options={statuses.map((value) => ({ value, label: statusLabel[value] }))}
          chosen={status}
          onChoose={(chosen) => change({ status: chosen })}
        />
      </Toolbar>
      <Card title="Executions" note="of any time, the newest first; retried ones stay with their retry">
        <QueryTable
          query={executions}
          label="Executions"
          columns={columns}
          rows={(data) => data.executions}
          rowKey={({ id }) => id}
          openKey={run}
          paging={pagingOf(executions.data, change)}
          empty="No execution matches these filters."
        />
      </Card>
    </>
  );
}
