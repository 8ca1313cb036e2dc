import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Matrix, Place } from '../../../src/features/deployments/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { deploymentsQuery, matrixQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { ChooseMany } from '../../components/choose-many.tsx';
import { type Column, pagingOf, QueryTable, RowLink } from '../../components/data-table.tsx';
import { Checkbox, SearchBox } from '../../components/form.tsx';
import { Card, Page } from '../../components/page.tsx';
import { Pending } from '../../components/states.tsx';
import { Ago } from '../../components/time.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { useVerdicts, VerdictCell } from '../policy/verdict-cell.tsx';
import { DeploymentPanel } from './deployment-panel.tsx';
import { DerivingNotice } from './deriving-notice.tsx';
import { DeploymentsTabs, NoDeployments } from './deployments-tabs.tsx';
import { environmentTypes, type RunningSearch } from './search.ts';
import { DoubtChip, StateChip } from './state-chip.tsx';
import { scopeWords, serviceName, typeLabel, whatRan } from './words.ts';

const route = getRouteApi('/shell/deployments');

/** As many as the hub answers at once: a page of services and environments, one image each. */
const mostVerdicts = 200;

type Row = Matrix['services'][number];
type Verdicts = ReturnType<typeof useVerdicts>;

export function RunningPage(): ReactElement {
  const api = useApi();
  const search = route.useSearch();
  const change = useChange<RunningSearch>('/deployments');
  const { q, type, only, page = 1, columns = 1, deployment } = search;
  const query = useQuery(matrixQuery(api, { search: q, type, only, page, columns }));
  const { data } = query;
  const images = (data?.services ?? []).flatMap(({ cells }) =>
    cells.flat().flatMap(({ running }) => running?.image?.ids.slice(0, 1) ?? []),
  );
  const verdicts = useVerdicts([...new Set(images)].slice(0, mostVerdicts));
  const filtered = q !== undefined || type !== undefined || only !== undefined;
  const nothing = data?.total === 0 && !filtered;
  return (
    <Page
      title="What runs where"
      wide
      tabs={<DeploymentsTabs />}
      actions={<span className="note">{data === undefined ? '' : countOf(data.total, 'service')}</span>}
    >
      {nothing ? (
        <NoDeployments />
      ) : (
        <>
          <DerivingNotice deriving={data?.deriving} />
          <Filters search={search} change={change} />
          {data === undefined && query.error === null ? <Pending /> : null}
          {data === undefined ? null : <Summary matrix={data} change={change} />}
          <Card title="What runs where" note="what succeeded last and was not taken back">
            <QueryTable
              query={query}
              label="Services and environments"
              columns={columnsOf(data, verdicts)}
              rows={(matrix) => matrix.services}
              rowKey={({ service, integration }) => `${integration?.id} ${service.scope} ${service.key}`}
              paging={pagingOf(data, change)}
              empty={only === undefined ? 'No service matches these filters.' : 'Nothing is in doubt here.'}
            />
          </Card>
          <LastTrouble />
        </>
      )}
      {deployment === undefined ? null : (
        <DeploymentPanel id={deployment} onClose={() => change({ ...search, deployment: undefined })} />
      )}
    </Page>
  );
}

function columnsOf(matrix: Matrix | undefined, verdicts: Verdicts): Column<Row>[] {
  return [
    {
      id: 'service',
      header: 'Service',
      fixed: true,
      className: 'name-cell service-cell',
      cell: (row) => (
        <>
          {serviceName(row)} <span className="note">{scopeWords(row)}</span>
        </>
      ),
    },
    ...(matrix?.environments ?? []).map(
      ({ name, type }, index): Column<Row> => ({
        id: `environment ${name}`,
        header: name === '' ? 'No environment named' : name,
        // What is closest to people stays on a phone.
        ...(index === 0 ? { phone: 'stay' as const } : {}),
        keep: true,
        className: type === 'production' ? 'place-cell production' : 'place-cell',
        cell: ({ cells }) => <Cell places={cells[index] ?? []} verdicts={verdicts} />,
      }),
    ),
  ];
}

/** Places that run the same are one; where they differ each stands for itself. */
function Cell({ places, verdicts }: { places: readonly Place[]; verdicts: Verdicts }): ReactElement {
  const [first, ...others] = places;
  if (first === undefined) return <span className="note">not deployed</span>;
  const same = others.every((one) => one.doubt === first.doubt && what(one) === what(first));
  const shown = same ? [first] : places;
  return (
    <span className="places">
      {shown.map((place) => (
        <PlaceLine key={place.id} place={place} verdicts={verdicts} named={!same} times={same ? places.length : 1} />
      ))}
    </span>
  );
}

const what = ({ running }: Place): string => (running === null ? '' : whatRan(running) + (running.image?.digest ?? ''));

function PlaceLine({
  place: { running, newest, doubt, infrastructure },
  verdicts,
  named,
  times,
}: {
  place: Place;
  verdicts: Verdicts;
  named: boolean;
  times: number;
}): ReactElement {
  const shown = running ?? newest;
  const image = running?.image?.ids[0];
  return (
    <span className="place-line">
      {shown === null ? (
        <span className="note">nothing known</span>
      ) : (
        <RowLink search={{ deployment: shown.id }}>{running === null ? 'nothing known' : whatRan(running)}</RowLink>
      )}
      {running === null && newest !== null ? <StateChip deployment={newest} /> : null}
      {running !== null && doubt !== null ? <DoubtChip doubt={doubt} /> : null}
      {image === undefined ? null : (
        <span className="place-verdict">
          <span className="note">policy</span> <VerdictCell verdicts={verdicts} imageId={image} />
        </span>
      )}
      {running === null ? null : (
        <span className="note">
          <Ago at={running.at} />
        </span>
      )}
      {named && infrastructure !== null ? <span className="note">{infrastructure}</span> : null}
      {times > 1 ? <span className="note">in {times} infrastructures</span> : null}
    </span>
  );
}

/** Bad news first. */
function Summary({ matrix, change }: { matrix: Matrix; change: (next: Partial<RunningSearch>) => void }): ReactElement {
  const { running, doubtful, nothing } = matrix.places;
  const parts = [
    ...(doubtful === 0 ? [] : [`${formatCount(doubtful)} in doubt by what happened since`]),
    ...(nothing === 0 ? [] : [`${formatCount(nothing)} where nothing is known to have succeeded`]),
    `${formatCount(running)} certain`,
  ];
  return (
    <div className="place-summary">
      <p>
        {countOf(running + doubtful + nothing, 'service in an environment', 'services in environments')}:{' '}
        {parts.join(', ')}.
      </p>
      <EnvironmentPages matrix={matrix} change={change} />
    </div>
  );
}

function EnvironmentPages({
  matrix: { columns, columnsShown, totalEnvironments },
  change,
}: {
  matrix: Matrix;
  change: (next: Partial<RunningSearch>) => void;
}): ReactElement | null {
  const last = Math.ceil(totalEnvironments / columnsShown);
  if (last <= 1) return null;
  const to = (page: number) => change({ columns: page === 1 ? undefined : page });
  return (
    <span className="environment-pages">
      <span className="note">
        Environments {(columns - 1) * columnsShown + 1} to {Math.min(totalEnvironments, columns * columnsShown)} of{' '}
        {formatCount(totalEnvironments)}
      </span>
      <Button look="bare" icon="left" disabled={columns <= 1} onClick={() => to(columns - 1)}>
        Before
      </Button>
      <Button look="bare" icon="right" disabled={columns >= last} onClick={() => to(columns + 1)}>
        Next
      </Button>
    </span>
  );
}

/** What failed and what was taken back last, wherever it was. */
function LastTrouble(): ReactElement | null {
  const { data } = useQuery(deploymentsQuery(useApi(), { state: ['failed', 'rolled_back'] }));
  if (data === undefined || data.total === 0) return null;
  return (
    <Card title="Failed and rolled back" note="the newest first">
      <ul className="trouble">
        {data.deployments.slice(0, 5).map((one) => (
          <li key={one.id}>
            <StateChip deployment={one} />
            <RowLink search={{ deployment: one.id }}>
              {serviceName(one)} {whatRan(one)}
            </RowLink>
            <span className="note">
              {one.environment.name} <Ago at={one.at} />
              {one.superseded ? ', a retry took its place' : ''}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Filters({
  search,
  change,
}: {
  search: RunningSearch;
  change: (next: Partial<RunningSearch>) => void;
}): ReactElement {
  return (
    <Toolbar label="Filters">
      <SearchBox
        label="Find a service"
        placeholder="Name of a service"
        value={search.q ?? ''}
        onChange={(text) => change({ q: text === '' ? undefined : text })}
      />
      <ChooseMany
        label="Environments"
        all="All environments"
        options={environmentTypes.map((value) => ({ value, label: typeLabel[value] }))}
        chosen={search.type}
        onChoose={(type) => change({ type, columns: undefined })}
      />
      <Checkbox
        label="Only what is in doubt"
        checked={search.only === 'doubtful'}
        onChange={(checked) => change({ only: checked ? 'doubtful' : undefined })}
      />
    </Toolbar>
  );
}
