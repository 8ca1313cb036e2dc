import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { FigureName, Overview } from '../../../src/features/overview/contract.ts';
import { overviewQuery } from '../../api/overview.ts';
import { useApi } from '../../app/context.ts';
import { GoOnce } from '../../app/go-once.tsx';
import { Page } from '../../components/page.tsx';
import { ErrorState } from '../../components/states.tsx';
import '../../styles/overview.css';
import { ScopePicker } from '../scope/scope-picker.tsx';
import { ScopeTrail } from '../scope/scope-trail.tsx';
import { useScope } from '../scope/use-scope.ts';
import { useOwnTeams } from '../scope/scope-words.ts';
import { FigureRow } from './figures.tsx';
import { FreshnessCard } from './freshness-card.tsx';
import { NeedsCard } from './needs-card.tsx';
import { FirstDay, NextSteps } from './steps.tsx';

const open = [
  'open_vulnerabilities',
  'open_critical',
  'open_high',
  'open_medium',
  'open_low',
  'open_unrated',
] as const satisfies readonly FigureName[];
const failing = [
  'gates_failed',
  'images_failed',
  'running_failed',
  'targets_broken',
  'targets_due',
] as const satisfies readonly FigureName[];
const week = [
  'opened_this_week',
  'images_failed_this_week',
  'deployments_failed_this_week',
  'deployments_this_week',
] as const satisfies readonly FigureName[];

/** The first page: what is open, what fails now, how fresh that is, and what needs a person. */
export function OverviewPage(): ReactElement {
  const { node } = useScope();
  const [own, ...others] = useOwnTeams()?.nodes ?? [];
  // Who has one node begins there.
  return node === undefined && own !== undefined && others.length === 0 ? (
    <GoOnce to="/" search={{ node: own }} />
  ) : (
    <PageOf node={node} />
  );
}

function PageOf({ node }: { node: number | undefined }): ReactElement {
  const query = useQuery(overviewQuery(useApi(), node));
  const { data, error } = query;
  const nothing = data !== undefined && data.freshness.length === 0 && data.setup !== null;
  return (
    <Page title="Overview" wide actions={nothing ? null : <ScopePicker />}>
      {data === undefined && error !== null ? (
        <ErrorState error={error} retry={() => void query.refetch()} />
      ) : nothing && data.setup !== null ? (
        <FirstDay setup={data.setup} />
      ) : (
        <Content overview={data} />
      )}
    </Page>
  );
}

function Content({ overview }: { overview: Overview | undefined }): ReactElement {
  return (
    <>
      <ScopeTrail />
      <FigureRow label="Open vulnerabilities" names={open} overview={overview} />
      <FigureRow label="Failing now" names={failing} overview={overview} />
      <div className="columns-2">
        <NeedsCard needs={overview?.needs} />
        <FreshnessCard freshness={overview?.freshness} />
      </div>
      <FigureRow label="This week" names={week} overview={overview} />
      {overview?.setup == null ? null : <NextSteps setup={overview.setup} />}
    </>
  );
}
