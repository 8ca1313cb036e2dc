import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { sliceTitle, streamTitle } from '../../../src/domain/stream-words.ts';
import type { Run, StreamCount, Task } from '../../../src/features/ingestion/contract.ts';
import { setAsideQuery, tasksQuery } from '../../api/runs.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { RunStatusChip } from '../../components/chips.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { CompactSelect } from '../../components/form.tsx';
import { SidePanel } from '../../components/overlay.tsx';
import { Facts } from '../../components/page.tsx';
import { KeptError, Loaded, MutationError } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { runStatusLabel } from '../../words/labels.ts';
import { formatCount, formatRange } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { RunProgressBar } from './run-progress.tsx';
import { Proof } from './proof.tsx';
import {
  completenessWords,
  goneWords,
  isLive,
  missingWords,
  retrievalProcess,
  scanRange,
  storedOfSource,
} from './run-words.ts';
import type { MonitoringSearch, TaskStatus } from './search.ts';
import { useLiveRun } from './use-live-run.ts';

interface RunPanelProps {
  runId: number;
  page: number;
  taskStatus: TaskStatus | undefined;
  change: (next: Partial<MonitoringSearch>) => void;
  onClose: () => void;
}

/** One run: how far it is, what it counted, what failed and what to do about it. */
export function RunPanel({ runId, page, taskStatus, change, onClose }: RunPanelProps): ReactElement {
  const query = useLiveRun(runId);
  return (
    <SidePanel
      title={query.data === undefined ? `Run ${runId}` : `${retrievalProcess(query.data)}`}
      eyebrow={`Run ${runId}`}
      wide
      onClose={onClose}
    >
      <Loaded query={query}>
        {(run) => (
          <>
            <RunActions run={run} onOpen={(id) => change({ run: id, tasks: undefined, taskStatus: undefined })} />
            {isLive(run) && run.progress !== null ? <RunProgressBar progress={run.progress} /> : null}
            <KeptError error={run.error} />
            <RunFacts run={run} />
            <Tasks run={run} page={page} status={taskStatus} change={change} />
            <SetAside runId={runId} />
          </>
        )}
      </Loaded>
    </SidePanel>
  );
}

function RunActions({ run, onOpen }: { run: Run; onOpen: (id: number) => void }): ReactElement {
  const api = useApi();
  const client = useQueryClient();
  const may = useCan('runs:write');
  const act = useMutation({
    mutationFn: (what: 'cancel' | 'retry') => api.send<Run>('POST', `api/v1/runs/${run.id}/${what}`),
    async onSuccess(answer) {
      await client.invalidateQueries({ queryKey: ['runs'] });
      if (answer.id !== null && answer.id !== run.id) onOpen(answer.id);
    },
  });
  const retryable = run.status === 'failed' || run.status === 'partial';
  return (
    <>
      <div className="toolbar">
        <RunStatusChip status={run.status} />
        <span className="grow" />
        {may && isLive(run) ? (
          <Button busy={act.isPending} onClick={() => act.mutate('cancel')}>
            Cancel
          </Button>
        ) : null}
        {may && retryable ? (
          <Button look="primary" busy={act.isPending} onClick={() => act.mutate('retry')}>
            Retry failed only
          </Button>
        ) : null}
      </div>
      <MutationError error={act.error} />
    </>
  );
}

function RunFacts({ run }: { run: Run }): ReactElement {
  return (
    <Facts
      entries={[
        ['Scan range (UTC)', scanRange(run)],
        ['Asked for by', run.requestedBy],
        ['Started', run.startedAt === null ? null : <Moment key="s" at={run.startedAt} />],
        ['Ended', run.finishedAt === null ? null : <Moment key="f" at={run.finishedAt} />],
        [
          'Time to complete',
          run.durationMs === null || run.finishedAt === null ? null : formatDuration(run.durationMs),
        ],
        ['Completeness', completenessWords(run.completeness)],
        ['Rows changed', run.finishedAt === null ? null : formatCount(run.rowsChanged)],
        ['Rows marked as gone', run.finishedAt === null ? null : formatCount(run.rowsGone)],
        ['Rows held back', run.rowsHeld === 0 ? null : formatCount(run.rowsHeld)],
        ['Restarts of tasks', formatCount(run.retries)],
        ['Requests', `${formatCount(run.httpRequests)}, ${formatCount(run.httpRetries)} repeated`],
      ]}
    />
  );
}

const partLabel: Record<Task['part'], string> = {
  discovery: 'Discovery',
  current: 'Current',
  history: 'History',
  count: 'Counts',
  audit: 'Audit',
  aggregate: 'Aggregation',
};
const taskStatuses: readonly TaskStatus[] = ['pending', 'running', 'success', 'partial', 'failed', 'cancelled'];

function Tasks({
  run,
  page,
  status,
  change,
}: {
  run: Run;
  page: number;
  status: TaskStatus | undefined;
  change: RunPanelProps['change'];
}): ReactElement {
  const query = useQuery(tasksQuery(useApi(), run.id ?? 0, { page, status }, isLive(run)));
  return (
    <section aria-label="Tasks">
      <div className="toolbar">
        <h3>Tasks</h3>
        <span className="note">{query.data === undefined ? '' : formatCount(query.data.total)}</span>
        <span className="grow" />
        <CompactSelect
          label="Status of tasks"
          value={status ?? 'any'}
          choices={[
            { value: 'any' as const, label: 'Any status' },
            ...taskStatuses.map((value) => ({ value, label: runStatusLabel[value] })),
          ]}
          onChoose={(value) => change({ taskStatus: value === 'any' ? undefined : value, tasks: undefined })}
        />
      </div>
      <Loaded query={query}>
        {(data) => (
          <>
            {data.tasks.length === 0 ? <p className="note">No task has this status.</p> : null}
            <ul className="tasks">
              {data.tasks.map((task) => (
                <li key={task.id}>
                  <TaskDetails task={task} />
                </li>
              ))}
            </ul>
            {data.total > data.pageSize ? (
              <div className="pages">
                <span className="note">{formatRange(data.page, data.pageSize, data.tasks.length, data.total)}</span>
                <span className="pages-buttons">
                  <Button disabled={page <= 1} onClick={() => change({ tasks: page === 2 ? undefined : page - 1 })}>
                    Previous
                  </Button>
                  <Button disabled={page * data.pageSize >= data.total} onClick={() => change({ tasks: page + 1 })}>
                    Next
                  </Button>
                </span>
              </div>
            ) : null}
          </>
        )}
      </Loaded>
    </section>
  );
}

const streamColumns: readonly Column<StreamCount>[] = [
  { id: 'stream', header: 'What', phone: 'stay', cell: (row) => streamTitle(row.stream) },
  { id: 'scope', header: 'Branch', cell: (row) => row.scopeName },
  {
    id: 'count',
    header: 'Stored / source',
    phone: 'stay',
    numeric: true,
    cell: (row) =>
      row.outcome === 'unavailable' ? (
        <code>{row.error?.code ?? 'not readable'}</code>
      ) : (
        storedOfSource(row.stored, row.source)
      ),
  },
  { id: 'new', header: 'New', numeric: true, cell: (row) => formatCount(row.inserted) },
  { id: 'changed', header: 'Changed', numeric: true, cell: (row) => formatCount(row.updated) },
  { id: 'gone', header: 'Gone', numeric: true, cell: (row) => goneWords(row) },
  { id: 'aside', header: 'Set aside', numeric: true, cell: (row) => formatCount(row.setAside) },
  {
    id: 'proof',
    header: 'Proof',
    cell: (row) => (row.outcome === 'unavailable' ? (row.error?.message ?? '') : <Proof count={row} />),
  },
];

function TaskDetails({ task }: { task: Task }): ReactElement {
  const bad = task.status === 'failed' || task.status === 'partial';
  return (
    <details open={bad}>
      <summary>
        <RunStatusChip status={task.status} />
        <span className="task-name">{sliceTitle(task.slice)}</span>
        <span className="note">
          {partLabel[task.part]}
          {task.durationMs === null ? '' : ` · ${formatDuration(task.durationMs)}`}
          {missingWords(task) === '' ? '' : ` · ${missingWords(task)}`}
          {task.retries === 0 ? '' : ` · ${formatCount(task.retries)} restarts`}
          {task.status === 'running' && task.stage !== null
            ? ` · ${task.stage} ${storedOfSource(task.done, task.total)}`
            : ''}
        </span>
      </summary>
      <div className="task-body">
        <KeptError error={task.error} />
        <p className="note">
          {formatCount(task.httpRequests)} requests, {formatCount(task.httpRetries)} repeated
        </p>
        {task.streams.length === 0 ? null : (
          <DataTable
            label={`What was read of ${sliceTitle(task.slice)}`}
            columns={streamColumns}
            rows={task.streams}
            rowKey={(row) => `${row.stream} ${row.scope}`}
            empty=""
          />
        )}
      </div>
    </details>
  );
}

/** Asked for only when somebody wants to see it: usually there is nothing. */
function SetAside({ runId }: { runId: number }): ReactElement {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...setAsideQuery(useApi(), runId), enabled: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Records that could not be understood</summary>
      {open ? (
        <Loaded query={query}>
          {({ records }) =>
            records.length === 0 ? (
              <p className="note">None in this run.</p>
            ) : (
              <ul className="tasks">
                {records.map((record, index) => (
                  <li key={`${record.slice} ${index}`}>
                    <strong>
                      {streamTitle(record.stream)}: {sliceTitle(record.slice)}
                    </strong>
                    <p>{record.reason}</p>
                    <pre>{record.text}</pre>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      ) : null}
    </details>
  );
}
