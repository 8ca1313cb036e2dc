import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { IntegrationHealth, Run } from '../../../src/features/ingestion/contract.ts';
import { healthOf, healthQuery } from '../../api/health.ts';
import { runsQuery } from '../../api/runs.ts';
import { useChange } from '../../address/use-change.ts';
import { useApi } from '../../app/context.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { RunStatusChip } from '../../components/chips.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { DayRange } from '../../components/day-field.tsx';
import { Card } from '../../components/page.tsx';
import { Moment } from '../../components/time.tsx';
import { runKindLabel, runKinds, runStatuses, runStatusLabel } from '../../words/labels.ts';
import { countOf, formatCount } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { FindBox } from './find-box.tsx';
import { HeldCard } from './held-card.tsx';
import { RunPanel } from './run-panel.tsx';
import { RunProgressBar } from './run-progress.tsx';
import { completenessWords, isLive, noteWords, retrievalProcess, scanRange } from './run-words.ts';
import type { MonitoringSearch } from './search.ts';

const route = getRouteApi('/shell/integrations/$id/monitoring');

const columns: readonly Column<Run>[] = [
  {
    id: 'range',
    header: 'Scan Range Time (UTC)',
    phone: 'stay',
    keep: true,
    cell: (run) =>
      run.id === null ? (
        scanRange(run)
      ) : (
        <RowLink search={{ run: run.id, tasks: undefined, taskStatus: undefined }}>{scanRange(run)}</RowLink>
      ),
  },
  { id: 'process', header: 'Data Retrieval Process', cell: retrievalProcess },
  {
    id: 'start',
    header: 'Task Start Time',
    cell: (run) => (run.startedAt === null ? '' : <Moment at={run.startedAt} />),
  },
  { id: 'status', header: 'Status', phone: 'first', cell: (run) => <RunStatusChip status={run.status} /> },
  {
    id: 'duration',
    header: 'Time to Complete',
    numeric: true,
    cell: (run) => (run.durationMs === null || run.finishedAt === null ? '' : formatDuration(run.durationMs)),
  },
  {
    id: 'retries',
    header: 'Retries',
    numeric: true,
    cell: (run) => (run.status === 'scheduled' ? '' : formatCount(run.retries)),
  },
  {
    id: 'completeness',
    header: 'Completeness',
    cell: (run) =>
      isLive(run) && run.progress !== null ? (
        <RunProgressBar progress={run.progress} />
      ) : (
        completenessWords(run.completeness)
      ),
  },
  {
    id: 'note',
    header: 'Note',
    cell: (run) => (
      <>
        {run.error === null ? null : <code>{run.error.code}</code>} {noteWords(run)}
      </>
    ),
  },
];

export function MonitoringTab(): ReactElement {
  const { id } = route.useParams();
  const search = route.useSearch();
  const change = useChange<MonitoringSearch>('/integrations/$id/monitoring');
  const health = healthOf(useQuery(healthQuery(useApi())).data, id);
  const query = useQuery(
    runsQuery(useApi(), {
      integration: id,
      status: search.status,
      kind: search.kind,
      from: search.from === undefined ? undefined : `${search.from}T00:00:00Z`,
      to: search.to === undefined ? undefined : `${search.to}T23:59:59Z`,
      page: search.page,
    }),
  );
  // Planned runs stand above the others and are none yet.
  const counted = query.data?.runs.filter((run) => run.id !== null).length ?? 0;
  return (
    <>
      <HeldCard id={id} />
      <FindBox id={id} text={search.find} onFind={(find) => change({ find, page: search.page })} />
      <Card
        title="Ingestion log"
        note={health === undefined ? undefined : <HealthLine health={health} />}
        actions={<Filters search={search} change={change} />}
      >
        <QueryTable
          query={query}
          label="Ingestion log"
          columns={columns}
          rows={(data) => data.runs}
          rowKey={(run) => run.id ?? `planned ${run.startedAt}`}
          openKey={search.run}
          paging={pagingOf(query.data && { ...query.data, counted }, change)}
          empty={emptyWords(search)}
        />
      </Card>
      {search.run === undefined ? null : (
        <RunPanel
          runId={search.run}
          page={search.tasks ?? 1}
          taskStatus={search.taskStatus}
          change={(next) => change({ page: search.page, ...next })}
          onClose={() => change({ run: undefined, tasks: undefined, taskStatus: undefined, page: search.page })}
        />
      )}
    </>
  );
}

function emptyWords(search: MonitoringSearch): string {
  const filtered = [search.status, search.kind, search.from, search.to].some((filter) => filter !== undefined);
  return filtered
    ? 'No run matches these filters.'
    : 'Nothing has run yet: the first run starts by itself within a minute.';
}

/** How the runs of a week ended; what that makes of the integration's health stands in the header, once. */
function HealthLine({ health }: { health: IntegrationHealth }): ReactElement {
  const { success, partial, failed } = health.runs;
  const total = success + partial + failed;
  return (
    <>
      {total === 0
        ? 'no run ended in 7 days'
        : `${formatCount(success)} of ${countOf(total, 'run')} in 7 days succeeded`}
    </>
  );
}

function Filters({
  search,
  change,
}: {
  search: MonitoringSearch;
  change: (next: Partial<MonitoringSearch>) => void;
}): ReactElement {
  return (
    <>
      <ChooseMany
        label="Status"
        all="Any status"
        options={runStatuses.map((value) => ({ value, label: runStatusLabel[value] }))}
        chosen={search.status}
        onChoose={(status) => change({ status })}
      />
      <ChooseMany
        label="Kind"
        all="Any kind"
        options={runKinds.map((value) => ({ value, label: runKindLabel[value] }))}
        chosen={search.kind}
        onChoose={(kind) => change({ kind })}
      />
      <DayRange
        labels={['Started on or after', 'Started on or before']}
        from={search.from}
        to={search.to}
        onChange={change}
      />
    </>
  );
}
