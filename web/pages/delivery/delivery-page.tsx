import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactElement, useState } from 'react';
import { useChange } from '../../address/use-change.ts';
import { deliveryQuery } from '../../api/deployments.ts';
import { useApi } from '../../app/context.ts';
import { Button } from '../../components/button.tsx';
import { DayRange } from '../../components/day-field.tsx';
import { utcDay } from '../../components/day-words.ts';
import { CompactSelect, SearchBox, Segmented } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { DerivingNotice } from '../deployments/deriving-notice.tsx';
import { NothingOfTeams } from '../scope/nothing-of-teams.tsx';
import { useOwnTeams } from '../scope/scope-words.ts';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeBelow, ScopeTrail } from '../scope/scope-trail.tsx';
import { ViewsMenu } from '../views/views-menu.tsx';
import { DefinitionDialog } from './definition-dialog.tsx';
import { Figures } from './figures.tsx';
import { ListCard } from './list-card.tsx';
import { type DeliverySearch, filtersOf, presets } from './search.ts';
import { TrendCard } from './trend-card.tsx';

const route = getRouteApi('/shell/insights/delivery');

export function DeliveryPage(): ReactElement {
  const search = route.useSearch();
  const change = useChange<DeliverySearch>('/insights/delivery');
  const query = useQuery(deliveryQuery(useApi(), filtersOf(search)));
  const [defining, setDefining] = useState(false);
  const { data, error, refetch } = query;
  const filtered = search.node !== undefined || search.service !== undefined || search.environment !== undefined;
  return (
    <Page
      title="Delivery"
      wide
      actions={
        <>
          <ViewsMenu page="delivery" />
          <Button look="quiet" onClick={() => setDefining(true)}>
            What counts as failed
          </Button>
        </>
      }
    >
      {data?.knownSince === null && !filtered ? (
        <NothingDelivered />
      ) : (
        <>
          <ScopeTrail />
          <Filters search={search} change={change} />
          <ScopeBelow />
          <DerivingNotice deriving={data?.deriving} />
          {data === undefined && error !== null ? (
            <ErrorState error={error} retry={() => void refetch()} />
          ) : (
            <>
              {data === undefined ? (
                <Skeleton height={300} />
              ) : (
                <Figures delivery={data} search={search} stale={query.isPlaceholderData} />
              )}
              <TrendCard
                delivery={data}
                granularity={search.granularity ?? 'week'}
                asTable={search.table === true}
                onTable={(table) => change({ table: table ? true : undefined, page: search.page })}
              />
            </>
          )}
          <ListCard search={search} change={change} />
        </>
      )}
      {defining ? <DefinitionDialog onClose={() => setDefining(false)} /> : null}
    </Page>
  );
}

function NothingDelivered(): ReactElement {
  const own = useOwnTeams();
  if (own !== undefined) {
    return (
      <NothingOfTeams own={own} none="No deployment into production">
        How often, how well and how fast is delivered stands here.
      </NothingOfTeams>
    );
  }
  return (
    <EmptyState
      title="Nothing is known to have gone to production"
      action={
        <Link to="/help/$" params={{ _splat: 'deployments' }} className="button primary">
          Report deployments
        </Link>
      }
    >
      Here stand how often, how well and how fast is delivered. It counts deployments into environments of type
      production: read from a Harness integration, or reported by any other pipeline.
    </EmptyState>
  );
}

const presetLabel: Record<(typeof presets)[number], string> = {
  '4w': 'Last 4 weeks',
  '12w': 'Last 12 weeks',
  '3m': 'Last 3 months',
  '6m': 'Last 6 months',
  '12m': 'Last 12 months',
  '24m': 'Last 24 months',
};

const usual = '12w';
const twelveWeeksAgo = (): string => utcDay(new Date(Date.now() - 84 * 86_400_000));

function Filters({
  search,
  change,
}: {
  search: DeliverySearch;
  change: (next: Partial<DeliverySearch>) => void;
}): ReactElement {
  const custom = search.from !== undefined || search.to !== undefined;
  return (
    <Toolbar label="Filters">
      <ScopePicker />
      <CompactSelect
        label="Time range"
        value={custom ? 'custom' : (search.preset ?? usual)}
        choices={[
          ...presets.map((value) => ({ value, label: presetLabel[value] })),
          { value: 'custom' as const, label: 'Custom range' },
        ]}
        onChoose={(value) => {
          if (value === 'custom') change({ preset: undefined, from: twelveWeeksAgo(), to: utcDay() });
          else change({ preset: value === usual ? undefined : value, from: undefined, to: undefined });
        }}
      />
      {custom ? (
        <DayRange
          labels={['First day', 'Last day']}
          from={search.from}
          to={search.to}
          max={utcDay()}
          onChange={change}
        />
      ) : null}
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
      <SearchBox
        label="Service"
        placeholder="Whole name of a service"
        value={search.service ?? ''}
        onChange={(text) => change({ service: text === '' ? undefined : text })}
      />
      <SearchBox
        label="Environment"
        placeholder="Environment; all of production"
        value={search.environment ?? ''}
        onChange={(text) => change({ environment: text === '' ? undefined : text })}
      />
    </Toolbar>
  );
}
