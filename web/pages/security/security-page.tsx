import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SecuritySummary } from '../../../src/features/insights/contract.ts';
import { summaryQuery } from '../../api/insights.ts';
import { useApi } from '../../app/context.ts';
import { FreshnessChip } from '../../components/freshness.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState, Notice } from '../../components/states.tsx';
import { countOf, formatCount } from '../../words/numbers.ts';
import { AgesCard } from './ages-card.tsx';
import { BelowCard } from './below-card.tsx';
import { CountingNote } from './counting-note.tsx';
import { FindingsCard } from './findings-card.tsx';
import { FlowChart } from './flow-chart.tsx';
import { FormulasButton } from './formulas.tsx';
import { ListFilter } from './list-filter.tsx';
import { NothingYet } from './nothing-yet.tsx';
import { OpenChart } from './open-chart.tsx';
import { ViewsMenu } from '../views/views-menu.tsx';
import { RangeControls } from './range-controls.tsx';
import { ScopeTrail } from '../scope/scope-trail.tsx';
import { sharedParameters } from './search.ts';
import { SecurityFilters } from './security-filters.tsx';
import { TargetsCard } from './targets-card.tsx';
import { Tiles } from './tiles.tsx';
import { TimesCard } from './times-card.tsx';
import { TopProjectsCard } from './top-projects-card.tsx';
import { useSecuritySearch } from './use-search.ts';

export function SecurityPage(): ReactElement {
  const [search] = useSecuritySearch();
  const summary = useQuery(summaryQuery(useApi(), sharedParameters(search)));
  const state = summary.data?.state;
  const nothing = state !== undefined && state.projectsKnown === 0;
  return (
    <Page
      title="Security"
      wide
      status={<FormulasButton />}
      actions={
        nothing ? null : (
          <>
            <FreshnessChip state={state} />
            <RangeControls />
            <ViewsMenu page="security" />
          </>
        )
      }
    >
      {nothing ? (
        <>
          <ScopeTrail />
          <NothingYet />
        </>
      ) : (
        <Content summary={summary.data} error={summary.error} retry={() => void summary.refetch()} />
      )}
    </Page>
  );
}

function Content({
  summary,
  error,
  retry,
}: {
  summary: SecuritySummary | undefined;
  error: Error | null;
  retry: () => void;
}): ReactElement {
  return (
    <>
      <ScopeTrail />
      <SecurityFilters />
      {summary?.state.incomplete === true ? <StillReading state={summary.state} /> : null}
      {summary === undefined && error !== null ? (
        <ErrorState error={error} retry={retry} />
      ) : (
        <>
          <Tiles summary={summary} />
          {summary === undefined ? (
            <p className="counting-note" aria-hidden="true">
              {'\u00a0'}
            </p>
          ) : (
            <CountingNote counting={summary.counting} />
          )}
        </>
      )}
      <div className="columns-2-1">
        <OpenChart />
        <TopProjectsCard />
      </div>
      <BelowCard />
      <FlowChart />
      <div className="columns-2 insight-pair">
        <AgesCard />
        <TimesCard />
      </div>
      <TargetsCard />
      <ListFilter />
      <FindingsCard />
    </>
  );
}

function StillReading({ state }: { state: SecuritySummary['state'] }): ReactElement {
  return (
    <Notice kind="warning" title="Not every project has been read yet.">
      {formatCount(state.projectsRead)} of {countOf(state.projectsKnown, 'project')} so far. Numbers grow until the
      first run ends.
    </Notice>
  );
}
