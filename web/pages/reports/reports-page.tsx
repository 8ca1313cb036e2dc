import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Report } from '../../../src/features/insights/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { reportCsv, reportQuery } from '../../api/reports.ts';
import { useApi } from '../../app/context.ts';
import { useCan } from '../../app/session.ts';
import { useNow } from '../../app/use-now.ts';
import { Card, Page } from '../../components/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import { formatCount } from '../../words/numbers.ts';
import { formatDay } from '../../words/times.ts';
import '../../styles/reports.css';
import { CardActions } from '../security/card-actions.tsx';
import { NothingYet } from '../security/nothing-yet.tsx';
import { ScopeBelow, ScopeTrail } from '../scope/scope-trail.tsx';
import { ViewsMenu } from '../views/views-menu.tsx';
import { FindingsBehind, ProjectsBehind } from './behind-panel.tsx';
import { ReportBars } from './report-bars.tsx';
import { ReportTrend } from './report-chart.tsx';
import { ReportControls } from './report-controls.tsx';
import { ReportFilters } from './report-filters.tsx';
import { ReportTable } from './report-table.tsx';
import { SavedReportsMenu } from './saved-reports.tsx';
import { kindOf, reportParameters, type ReportsSearch } from './search.ts';
import { dimensionLabel, formatValue, metricLabel, reportLabel, wordOf } from './words.ts';

const route = getRouteApi('/shell/insights/reports');

const reports = {
  see: 'reports',
  here: 'Numbers of issues and measures, by what you choose, appear here.',
  page: 'This page counts issues and measures of projects by what you choose, now and over time.',
};

/** One builder for all reports: which one, by what, of what; and what stands behind each number. */
export function ReportsPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<ReportsSearch>('/insights/reports');
  const api = useApi();
  const now = useNow();
  const parameters = reportParameters(search);
  const { data, error, refetch, isPlaceholderData } = useQuery(reportQuery(api, parameters));
  const title = reportLabel[search.report ?? 'issues'];
  const mayList = useCan('findings:read') && kindOf(search).of === 'findings';
  const look = mayList ? (group: string) => change({ group }) : undefined;
  const lookAtDay = kindOf(search).isTrend ? (day: string) => change({ at: day }) : undefined;
  return (
    <Page
      title="Reports"
      wide
      actions={
        <>
          <ViewsMenu page="reports" />
          <SavedReportsMenu search={search} />
        </>
      }
    >
      <ScopeTrail />
      <ReportControls search={search} change={change} />
      <ReportFilters search={search} without={false} change={change} />
      <ReportFilters search={search} without change={change} />
      <ScopeBelow />
      <Card
        title={title}
        label={title}
        note={noteOf(search)}
        actions={
          <CardActions
            asTable={search.table === true}
            onTable={(table) => change({ table: table ? true : undefined })}
            csv={reportCsv(api, 'run', parameters)}
          />
        }
      >
        {data === undefined ? (
          error === null ? (
            <div className="chart-skeleton" />
          ) : (
            <ErrorState error={error} retry={() => void refetch()} />
          )
        ) : (
          <div className={isPlaceholderData ? 'stale' : undefined}>
            {data.groups.length === 0 && data.state.projectsKnown === 0 ? (
              <NothingYet shows={reports} />
            ) : data.groups.length === 0 ? (
              <p className="table-empty">Nothing fits what is chosen: no issue or project is left.</p>
            ) : search.table === true ? (
              <ReportTable
                report={data}
                onLook={
                  lookAtDay === undefined && look === undefined
                    ? undefined
                    : ({ key, period }) => (period === null ? look?.(key) : lookAtDay?.(period.to))
                }
              />
            ) : data.axis === 'time' ? (
              <ReportTrend report={data} label={title} />
            ) : (
              <ReportBars report={data} onLook={look} />
            )}
            {data.groups.length === 0 ? null : <p className="note report-sums">{sumsOf(data)}</p>}
          </div>
        )}
      </Card>
      {search.group !== undefined && mayList ? (
        <FindingsBehind
          search={search}
          change={change}
          title={`${title}: ${wordOf(search.group, data?.groups.find(({ key }) => key === search.group)?.label ?? null, data?.axis)}`}
        />
      ) : null}
      {search.at !== undefined && kindOf(search).isTrend ? (
        <ProjectsBehind search={search} change={change} title={`${title} on ${formatDay(search.at, now)}`} />
      ) : null}
    </Page>
  );
}

/** Of what was chosen, so that it stands there before the answer does. */
function noteOf(search: ReportsSearch): string {
  const kind = kindOf(search);
  const x = search.x ?? kind.x[0];
  const by = x === undefined ? 'at the end of each period, UTC' : `by ${dimensionLabel[x].toLowerCase()}`;
  const metric = search.report === 'effort-trend' ? undefined : (search.metric ?? kind.metrics[0]);
  const of = metric === undefined ? '' : `${metricLabel[metric]}, `;
  const stack = search.stack === undefined ? '' : `, stacked by ${dimensionLabel[search.stack].toLowerCase()}`;
  return `${of}${by}${stack}`;
}

/** What there is in all, and what is not known or not shown apart: nothing is left out silently. */
function sumsOf({ axis, unit, total, counted, unknown, groupsInAll, others, stackedInOthers }: Report): string {
  const things = unit === 'findings' || (unit === 'minutes' && axis !== 'time') ? 'issues' : 'projects';
  const parts = [
    total === null ? '' : `${axis === 'time' ? 'Now' : 'In all'} ${formatValue(total, unit)}.`,
    unit === 'findings' ? '' : `${formatCount(counted)} ${things}, of ${formatCount(unknown)} no value is known.`,
    unit === 'findings' && unknown > 0 ? `Of ${formatCount(unknown)} more the severity is not known.` : '',
    others === null
      ? ''
      : `${formatCount(others.groups)} of ${formatCount(groupsInAll)} groups are summed up as others.`,
    stackedInOthers === 0 ? '' : `${formatCount(stackedInOthers)} parts of the stack are not shown apart.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
