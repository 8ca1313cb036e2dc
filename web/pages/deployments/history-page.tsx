import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Deployment } from '../../../src/features/deployments/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { deploymentsQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { useNarrow } from '../../app/use-narrow.ts';
import { Tag } from '../../components/chips.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf } from '../../words/numbers.ts';
import { formatDuration } from '../../words/times.ts';
import { useVerdicts, VerdictCell } from '../policy/verdict-cell.tsx';
import { ScopeTrail } from '../scope/scope-trail.tsx';
import { DeploymentPanel } from './deployment-panel.tsx';
import { DerivingNotice } from './deriving-notice.tsx';
import { DeploymentsTabs, NoDeployments } from './deployments-tabs.tsx';
import { deploymentStates, environmentTypes, type HistorySearch } from './search.ts';
import { StateChip } from './state-chip.tsx';
import { environmentName, scopeWords, serviceName, stateLooks, typeLabel, whatRan } from './words.ts';

const route = getRouteApi('/shell/deployments/history');

const columnsWith = (verdicts: ReturnType<typeof useVerdicts>, narrow: boolean): readonly Column<Deployment>[] => [
  { id: 'state', header: 'State', phone: 'first', keep: true, cell: (row) => <StateChip deployment={row} /> },
  {
    id: 'service',
    header: 'Service',
    fixed: true,
    className: 'name-cell service-cell',
    cell: (row) => (
      <>
        <RowLink search={{ deployment: row.id }}>{serviceName(row)}</RowLink>{' '}
        <span className="note">{narrow ? `${environmentName(row)}, ${scopeWords(row)}` : scopeWords(row)}</span>
      </>
    ),
  },
  {
    id: 'environment',
    header: 'Environment',
    cell: (row) => (
      <>
        {environmentName(row)} {row.infrastructure === null ? null : <span className="note">{row.infrastructure}</span>}
      </>
    ),
  },
  { id: 'what', header: 'What', cell: (row) => whatRan(row) },
  {
    id: 'verdict',
    header: 'Verdict',
    cell: ({ image }) => {
      const [stored] = image?.ids ?? [];
      return stored === undefined ? (
        <span className="note">not known</span>
      ) : (
        <VerdictCell verdicts={verdicts} imageId={stored} />
      );
    },
  },
  {
    id: 'notes',
    header: 'Note',
    cell: (row) => (
      <span className="tags">
        {row.runsNow ? <Tag>runs now</Tag> : null}
        {row.superseded ? <Tag>superseded</Tag> : null}
        {row.takesBack ? <Tag>takes back</Tag> : null}
      </span>
    ),
  },
  {
    id: 'took',
    header: 'Took',
    numeric: true,
    cell: ({ startedAt, endedAt }) =>
      startedAt === null || endedAt === null ? (
        <span className="note">not told</span>
      ) : (
        formatDuration(Date.parse(endedAt) - Date.parse(startedAt))
      ),
  },
  { id: 'at', header: 'When', cell: (row) => <Ago at={row.at} /> },
];

/** The day after, as the hub takes the end of a range without it. */
const after = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString();

export function HistoryPage(): ReactElement {
  const search = route.useSearch();
  const narrow = useNarrow();
  const change = useChange<HistorySearch>('/deployments/history');
  const { q, deployment, from, to, ...rest } = search;
  const query = useQuery(
    deploymentsQuery(useApi(), {
      ...rest,
      search: q,
      from: from === undefined ? undefined : new Date(from).toISOString(),
      to: to === undefined ? undefined : after(to),
    }),
  );
  const verdicts = useVerdicts([
    ...new Set(query.data?.deployments.flatMap(({ image }) => image?.ids.slice(0, 1) ?? []) ?? []),
  ]);
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <Page
      title="History"
      wide
      tabs={<DeploymentsTabs />}
      actions={<span className="note">{query.data === undefined ? '' : countOf(query.data.total, 'deployment')}</span>}
    >
      {query.data?.total === 0 && !filtered ? (
        <NoDeployments />
      ) : (
        <>
          <ScopeTrail />
          <DerivingNotice deriving={query.data?.deriving} />
          <Filters search={search} change={change} />
          <Card title="Deployments" note="the newest first">
            <QueryTable
              query={query}
              label="Deployments"
              columns={columnsWith(verdicts, narrow)}
              rows={(data) => data.deployments}
              rowKey={(row) => row.id}
              openKey={deployment}
              paging={pagingOf(query.data, change)}
              empty="No deployment matches these filters."
            />
          </Card>
        </>
      )}
      {deployment === undefined ? null : (
        <DeploymentPanel id={deployment} onClose={() => change({ ...search, deployment: undefined })} />
      )}
    </Page>
  );
}

function Filters({
  search,
  change,
}: {
  search: HistorySearch;
  change: (next: Partial<HistorySearch>) => void;
}): ReactElement {
  const { q, state, type, outcome, service, environment, from, to } = search;
  const narrowed = [outcome && `${outcome} deliveries`, service, environment].filter((part) => part !== undefined);
  if (from !== undefined || to !== undefined) narrowed.push(`${from ?? 'the first day'} to ${to ?? 'today'}`);
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Find a deployment"
        placeholder="Service, image, commit or key"
        value={q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseMany
        label="States"
        all="Any state"
        options={deploymentStates.map((value) => ({ value, label: stateLooks[value][2] }))}
        chosen={state}
        onChoose={(chosen) => change({ state: chosen })}
      />
      <ChooseMany
        label="Environments"
        all="All environments"
        options={environmentTypes.map((value) => ({ value, label: typeLabel[value] }))}
        chosen={type}
        onChoose={(chosen) => change({ type: chosen })}
      />
      {narrowed.length === 0 && from === undefined && to === undefined ? null : (
        <>
          <span className="note">{narrowed.join(', ')}</span>
          <button
            type="button"
            className="button bare"
            onClick={() =>
              change({ outcome: undefined, service: undefined, environment: undefined, from: undefined, to: undefined })
            }
          >
            Show all
          </button>
        </>
      )}
    </Toolbar>
  );
}
