import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ReportMetric } from '../../../src/domain/report-kinds.ts';
import { presets } from '../../../src/domain/time-buckets.ts';
import type { Report } from '../../../src/features/insights/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { type ReportParameters, reportCsv, reportQuery } from '../../api/reports.ts';
import { useApi } from '../../app/context.ts';
import { ChooseMany } from '../../components/choose-many.tsx';
import { CompactSelect, Segmented } from '../../components/form.tsx';
import { Icon } from '../../components/icons.tsx';
import { Card, Page } from '../../components/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { formatCount } from '../../words/numbers.ts';
import '../../styles/reports.css';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeBelow, ScopeTrail } from '../scope/scope-trail.tsx';
import { ViewsMenu } from '../views/views-menu.tsx';
import type { NewCodeSearch } from './new-code-search.ts';
import { ReportTrend } from './report-chart.tsx';
import { presetLabel } from './report-controls.tsx';
import { ReportTable } from './report-table.tsx';
import { metricLabel } from './words.ts';

const route = getRouteApi('/shell/insights/new-code');

const trends: readonly ReportMetric[] = [
  'new_coverage',
  'new_duplicated_lines_density',
  'new_violations',
  'security_rating',
  'reliability_rating',
  'sqale_rating',
  'sqale_index',
];

/** What new code is like, and what it does to the whole: over time, of all projects or of a node. */
export function NewCodePage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<NewCodeSearch>('/insights/new-code');
  const shared = { node: search.node, project: search.project };
  const time = { preset: search.preset, granularity: search.granularity ?? 'week', stack: search.by };
  return (
    <Page title="New code" wide actions={<ViewsMenu page="new-code" />}>
      <ScopeTrail />
      <Toolbar label="Filters">
        <ScopePicker />
        <ProjectPicker node={search.node} chosen={search.project} onChoose={(project) => change({ project })} />
        <CompactSelect
          label="Time range"
          value={search.preset ?? '6m'}
          choices={presets.map((value) => ({ value, label: presetLabel[value] }))}
          onChoose={(value) => change({ preset: value === '6m' ? undefined : value })}
        />
        <Segmented
          label="Granularity"
          value={search.granularity ?? 'week'}
          choices={[
            { value: 'week', label: 'Weekly' },
            { value: 'month', label: 'Monthly' },
            { value: 'quarter', label: 'Quarterly' },
          ]}
          onChoose={(value) => change({ granularity: value === 'week' ? undefined : value })}
        />
        <Segmented
          label="Shown"
          value={search.by ?? 'all'}
          choices={[
            { value: 'all', label: 'All together' },
            { value: 'project', label: 'Greatest projects' },
          ]}
          onChoose={(value) => change({ by: value === 'project' ? 'project' : undefined })}
        />
      </Toolbar>
      <ScopeBelow />
      <div className="report-grid">
        {trends.map((metric) => (
          <Trend key={metric} metric={metric} parameters={{ ...shared, ...time, report: 'new-code-trend', metric }} />
        ))}
      </div>
      <Projects parameters={{ ...shared, report: 'new-code' }} />
    </Page>
  );
}

/** Projects by name; while they are not known yet, those of the address stay chosen. */
function ProjectPicker({
  node,
  chosen,
  onChoose,
}: {
  node: number | undefined;
  chosen: readonly number[] | undefined;
  onChoose: (chosen: number[] | undefined) => void;
}): ReactElement {
  const { data } = useQuery(reportQuery(useApi(), { node, report: 'new-code' }));
  const options = (data?.groups ?? []).map(({ key, label }) => ({ value: Number(key), label: label ?? key }));
  const named = new Set(options.map(({ value }) => value));
  const others = (chosen ?? []).filter((id) => !named.has(id)).map((id) => ({ value: id, label: `Project ${id}` }));
  return (
    <ChooseMany
      label="Projects"
      all="All projects"
      options={[...options, ...others]}
      chosen={chosen}
      onChoose={onChoose}
    />
  );
}

function Trend({ metric, parameters }: { metric: ReportMetric; parameters: ReportParameters }): ReactElement {
  const api = useApi();
  const { data, error, refetch } = useQuery(reportQuery(api, parameters));
  const title = metricLabel[metric];
  return (
    <Card title={title} label={title} actions={<Csv parameters={parameters} />}>
      {data === undefined ? (
        error === null ? (
          <div className="chart-skeleton" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} compact />
        )
      ) : data.groups.every(({ values }) => values.every((value) => value === null)) ? (
        <p className="table-empty">
          No project has a value in this range. Its server measured none, or it was not read yet.
        </p>
      ) : (
        <>
          <ReportTrend report={data} label={title} />
          <p className="note report-sums">{coverageWords(data)}</p>
        </>
      )}
    </Card>
  );
}

function coverageWords({ counted, unknown }: Report): string {
  return `${formatCount(counted - unknown)} of ${formatCount(counted)} projects have a value now.`;
}

function Csv({ parameters }: { parameters: ReportParameters }): ReactElement {
  return (
    <a className="button bare" href={reportCsv(useApi(), 'run', parameters)} download>
      <Icon name="download" />
      CSV
    </a>
  );
}

function Projects({ parameters }: { parameters: ReportParameters }): ReactElement {
  const { data, error, refetch } = useQuery(reportQuery(useApi(), parameters));
  return (
    <Card
      title="Projects"
      note="as they are now"
      actions={
        <>
          <Link to="/insights/reports" search={{ report: 'new-code' }} className="button bare">
            As a report
          </Link>
          <Csv parameters={parameters} />
        </>
      }
    >
      {data === undefined ? (
        error === null ? (
          <div className="chart-skeleton" />
        ) : (
          <ErrorState error={error} retry={() => void refetch()} />
        )
      ) : (
        <ReportTable report={data} onLook={undefined} />
      )}
    </Card>
  );
}
