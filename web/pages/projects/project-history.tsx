import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Analysis, ProjectHistory } from '../../../src/features/code-quality/contract.ts';
import { historyQuery } from '../../api/projects.ts';
import { useApi } from '../../app/context.ts';
import { useNow } from '../../app/use-now.ts';
import { LineChart } from '../../charts/line-chart.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { CompactSelect } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { formatMeasure } from '../../words/measures.ts';
import { countOf } from '../../words/numbers.ts';
import { formatDay, formatMoment } from '../../words/times.ts';
import { GateChip } from './gate.tsx';
import type { ProjectHistorySearch } from './search.ts';
import { useProject } from './use-project.ts';
import { Toolbar } from '../../components/toolbar.tsx';

const route = getRouteApi('/shell/projects/$id/history');

const always = ['coverage', 'duplicated_lines_density', 'security_hotspots', 'ncloc'];

/** By software quality or by type, whichever way the server counts; both when that is unknown. */
const issueMetrics = {
  mqr: [
    'software_quality_security_issues',
    'software_quality_reliability_issues',
    'software_quality_maintainability_issues',
  ],
  standard: ['vulnerabilities', 'bugs', 'code_smells'],
};

const months = { '3m': 3, '6m': 6, '12m': 12, '24m': 24 } as const;
const rangeLabel = {
  '3m': 'Last 3 months',
  '6m': 'Last 6 months',
  '12m': 'Last 12 months',
  '24m': 'Last 24 months',
} as const;

function firstDay(range: keyof typeof months): string {
  const at = new Date();
  at.setUTCMonth(at.getUTCMonth() - months[range]);
  return at.toISOString().slice(0, 10);
}

export function ProjectHistoryTab(): ReactElement | null {
  const api = useApi();
  const { id, project } = useProject();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/projects/$id/history' });
  const change = (next: Partial<ProjectHistorySearch>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true, resetScroll: false });
  const range = search.range ?? '6m';
  const mode = project?.issues.mode;
  const metrics = [...always, ...(mode == null ? Object.values(issueMetrics).flat() : issueMetrics[mode])];
  const parameters = { metrics, branch: search.branch, from: search.from ?? firstDay(range), to: search.to };
  const history = useQuery(historyQuery(api, id, parameters));
  if (project === undefined) return null;
  const main = project.branches.find((branch) => branch.isMain);
  return (
    <>
      <Toolbar label="What is shown">
        <CompactSelect
          label="Branch"
          value={String(search.branch ?? main?.id ?? '')}
          choices={project.branches.map((branch) => ({
            value: String(branch.id),
            label: branch.isMain && branch.name !== 'main' ? `${branch.name} (main)` : branch.name,
          }))}
          onChoose={(value) => change({ branch: value === String(main?.id) ? undefined : Number(value) })}
        />
        <CompactSelect
          label="Time range"
          value={range}
          choices={(Object.keys(rangeLabel) as (keyof typeof rangeLabel)[]).map((value) => ({
            value,
            label: rangeLabel[value],
          }))}
          onChoose={(value) => change({ range: value === '6m' ? undefined : value, from: undefined, to: undefined })}
        />
        <span className="grow" />
        <Button
          look="bare"
          icon={search.table === true ? 'chart' : 'table'}
          onClick={() => change({ table: search.table === true ? undefined : true })}
        >
          {search.table === true ? 'Charts' : 'Tables'}
        </Button>
        <a
          className="button bare"
          href={api.url(`api/v1/projects/${id}/history`, { ...parameters, format: 'csv' })}
          download
        >
          <Icon name="download" />
          CSV
        </a>
      </Toolbar>
      <Loaded query={history}>{(data) => <Charts history={data} asTable={search.table === true} />}</Loaded>
    </>
  );
}

function Charts({ history, asTable }: { history: ProjectHistory; asTable: boolean }): ReactElement {
  const series = history.series.filter((one) => one.points.length > 0);
  return (
    <>
      {series.length === 0 ? (
        <p className="card table-empty">There was no analysis with these measures in this range.</p>
      ) : null}
      <div className="columns-2">
        {series.map((one) => (
          <Card key={one.metric} title={one.name} note={countOf(one.points.length, 'analysis', 'analyses')}>
            <div className={asTable ? 'scroll-card' : 'chart-pad'}>
              {asTable ? <SeriesTable series={one} /> : <Series series={one} history={history} />}
            </div>
          </Card>
        ))}
      </div>
      <Analyses analyses={history.analyses} />
    </>
  );
}

type SeriesData = ProjectHistory['series'][number];

function Series({ series, history }: { series: SeriesData; history: ProjectHistory }): ReactElement {
  const now = useNow();
  const words = (index: number): string => {
    const point = series.points[index];
    return point === undefined ? '' : formatMeasure(point.value, series.type);
  };
  return (
    <LineChart
      label={series.name}
      points={series.points.map((point) => ({ at: point.at, value: point.number }))}
      from={history.from}
      to={history.to}
      {...(series.type === 'PERCENT' ? { ceiling: 100 } : { whole: series.type === 'INT' })}
      format={(value) => formatMeasure(String(value), series.type)}
      now={now}
      tooltip={(index) => (
        <>
          <strong>{words(index)}</strong>
          <p>{formatMoment(series.points[index]?.at ?? history.to, now)}</p>
        </>
      )}
      valueText={(index) => `${formatDay(series.points[index]?.at ?? history.to, now)}: ${words(index)}`}
    />
  );
}

function SeriesTable({ series }: { series: SeriesData }): ReactElement {
  const columns: Column<SeriesData['points'][number]>[] = [
    { id: 'at', header: 'Analysis', phone: 'stay', cell: (row) => <Moment at={row.at} /> },
    { id: 'value', header: 'Value', numeric: true, cell: (row) => formatMeasure(row.value, series.type) },
  ];
  return (
    <DataTable
      label={series.name}
      columns={columns}
      rows={series.points.toReversed()}
      rowKey={(row) => row.at}
      empty="No values."
    />
  );
}

const analysisColumns: readonly Column<Analysis>[] = [
  { id: 'at', header: 'Analysed', phone: 'stay', cell: (row) => <Moment at={row.analyzedAt} /> },
  { id: 'gate', header: 'Gate', phone: 'first', cell: (row) => <GateChip gate={row.gate} /> },
  { id: 'version', header: 'Version', cell: (row) => row.projectVersion ?? '' },
  {
    id: 'revision',
    header: 'Commit',
    cell: (row) =>
      row.revision === null ? <span className="note">not reported</span> : <code>{row.revision.slice(0, 12)}</code>,
  },
  { id: 'branch', header: 'Branch', cell: (row) => row.branch },
];

function Analyses({ analyses }: { analyses: readonly Analysis[] }): ReactElement {
  return (
    <Card title="Analyses" note="newest first">
      <DataTable
        label="Analyses"
        columns={analysisColumns}
        rows={analyses.toSorted((a, b) => b.analyzedAt.localeCompare(a.analyzedAt))}
        rowKey={(row) => row.id}
        empty="There was no analysis in this range."
      />
    </Card>
  );
}
