import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { PipelineRow } from '../../../src/features/deployments/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { integrationsQuery } from '../../api/integrations.ts';
import { pipelinesQuery } from '../../api/pipelines.ts';
import { useApi } from '../../app/context.ts';
import { Tag } from '../../components/chips.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable } from '../../components/data-table.tsx';
import { CompactSelect, SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { DeploymentsTabs } from '../deployments/deployments-tabs.tsx';
import { LastRuns, nameOf } from './last-runs.tsx';
import { NoPipelines } from './no-pipelines.tsx';
import { figureDays, type PipelinesSearch, sorts } from './search.ts';
import { daysLabel, durationWords, rateDetail, rateWords } from './words.ts';

const route = getRouteApi('/shell/deployments/pipelines');

const columns: readonly Column<PipelineRow>[] = [
  {
    id: 'name',
    header: 'Pipeline',
    fixed: true,
    sortable: true,
    className: 'name-cell service-cell',
    cell: (row) => (
      <>
        <Link
          to="/deployments/pipelines/$integration/$organization/$project/$pipeline"
          params={nameOf(row)}
          data-row-link=""
        >
          {row.name}
        </Link>{' '}
        <span className="note">{`${row.integration.name} · ${row.organization}/${row.project}`}</span>
      </>
    ),
  },
  { id: 'last', header: 'Last runs', cell: (row) => <LastRuns pipeline={row} />, text: () => '', keep: true },
  {
    id: 'success',
    header: 'Ended well',
    phone: 'stay',
    sortable: true,
    numeric: true,
    cell: (row) => <Rate pipeline={row} />,
  },
  {
    id: 'runs',
    header: 'Of',
    sortable: true,
    numeric: true,
    cell: ({ figures }) => countOf(figures.succeeded + figures.failed, 'run'),
  },
  {
    id: 'duration',
    header: 'Takes (median)',
    sortable: true,
    numeric: true,
    cell: ({ figures }) => <Duration seconds={figures.medianSeconds} />,
  },
  {
    id: 'newest',
    header: 'Last run',
    sortable: true,
    cell: ({ lastRuns: [newest] }) =>
      newest === undefined ? <span className="note">never</span> : <Ago at={newest.at} />,
  },
  { id: 'state', header: 'Now', cell: (row) => <Now pipeline={row} /> },
];

function Rate({ pipeline: { figures } }: { pipeline: PipelineRow }): ReactElement {
  if (figures.successRate === null) return <span className="note">no run ended</span>;
  return <span title={rateDetail(figures)}>{rateWords(figures.successRate)}</span>;
}

function Duration({ seconds }: { seconds: number | null }): ReactElement {
  return seconds === null ? <span className="note">no run ended</span> : <>{durationWords(seconds)}</>;
}

function Now({ pipeline: { underWay, isDefined } }: { pipeline: PipelineRow }): ReactElement {
  if (underWay > 0) return <Tag>{underWay.toLocaleString('en-GB')} under way</Tag>;
  if (isDefined) return <span className="note">idle</span>;
  return (
    <span className="note" title="Harness does not list it any more.">
      gone
    </span>
  );
}

export function PipelinesPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<PipelinesSearch>('/deployments/pipelines');
  const days = figureDays(search.days);
  const { q, ...rest } = search;
  const pipelines = useQuery(pipelinesQuery(useApi(), { ...rest, days, search: q }));
  const filtered = search.q !== undefined || search.integration !== undefined;
  return (
    <Page
      title="Pipelines"
      wide
      tabs={<DeploymentsTabs />}
      actions={
        <span className="note">{pipelines.data === undefined ? '' : countOf(pipelines.data.total, 'pipeline')}</span>
      }
    >
      {pipelines.data?.total === 0 && !filtered ? (
        <NoPipelines />
      ) : (
        <>
          <Filters search={search} change={change} />
          <Card title="Pipelines" note={`runs that began in the ${daysLabel[days].toLowerCase()}, UTC`}>
            <QueryTable
              query={pipelines}
              label="Pipelines"
              columns={columns}
              rows={(data) => data.pipelines}
              rowKey={(row) => Object.values(nameOf(row)).join('/')}
              sorting={{
                by: search.sort ?? 'newest',
                direction: search.direction ?? 'desc',
                onSort: (by, direction) =>
                  change({
                    sort: sorts.find((one) => one === by),
                    direction: direction === 'asc' ? 'asc' : undefined,
                  }),
              }}
              paging={pagingOf(pipelines.data, change)}
              empty="No pipeline matches these filters."
            />
          </Card>
        </>
      )}
    </Page>
  );
}

function Filters({
  search,
  change,
}: {
  search: PipelinesSearch;
  change: (next: Partial<PipelinesSearch>) => void;
}): ReactElement {
  const integrations = useQuery(integrationsQuery(useApi(), {})).data?.integrations ?? [];
  const servers = integrations.filter(({ kind }) => kind === 'harness');
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Find a pipeline"
        placeholder="Pipeline or project"
        value={search.q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseDays days={search.days} change={change} />
      {servers.length > 1 ? (
        <ChooseMany
          label="Accounts"
          all="All accounts"
          options={servers.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={search.integration}
          onChoose={(integration) => change({ integration })}
        />
      ) : null}
    </Toolbar>
  );
}

export function ChooseDays({
  days,
  change,
}: {
  days: '7' | '90' | undefined;
  change: (next: { days: '7' | '90' | undefined }) => void;
}): ReactElement {
  return (
    <CompactSelect
      label="Figures of"
      value={figureDays(days)}
      choices={(['7', '30', '90'] as const).map((value) => ({ value, label: daysLabel[value] }))}
      onChoose={(value) => change({ days: value === '30' ? undefined : value })}
    />
  );
}
