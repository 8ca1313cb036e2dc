import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useChange } from '../../address/use-change.ts';
import { pipelineQuery } from '../../api/pipelines.ts';
import { useApi } from '../../app/context.ts';
import { External } from '../../components/button.tsx';
import { Tag } from '../../components/chips.tsx';
import { Page } from '../../components/page.tsx';
import { Loaded } from '../../components/states.tsx';
import { Toolbar } from '../../components/toolbar.tsx';
import { ExecutionPanel } from './execution-panel.tsx';
import { ExecutionsCard } from './executions-card.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { ChooseDays } from './pipelines-page.tsx';
import { figureDays, type PipelineSearch } from './search.ts';
import { TrendCard } from './trend-card.tsx';

const path = '/deployments/pipelines/$integration/$organization/$project/$pipeline';
const route = getRouteApi('/shell/deployments/pipelines/$integration/$organization/$project/$pipeline');

/** One pipeline: how it does, how that developed, and what it ran. */
export function PipelinePage(): ReactElement {
  const name = route.useParams();
  const search = route.useSearch();
  const change = useChange<PipelineSearch>(path);
  const days = figureDays(search.days);
  const query = useQuery(pipelineQuery(useApi(), name, days));
  const pipeline = query.data?.pipeline;
  return (
    <Page
      title={pipeline?.name ?? name.pipeline}
      parent={<Link to="/deployments/pipelines">Pipelines</Link>}
      wide
      pending={pipeline === undefined && query.error === null}
      status={
        <>
          <Tag>
            {name.organization}/{name.project}
          </Tag>
          {pipeline?.isDefined === false ? <Tag>not listed by Harness any more</Tag> : null}
        </>
      }
      actions={pipeline?.link == null ? null : <External href={pipeline.link}>Open in Harness</External>}
    >
      <Loaded query={query}>
        {(detail) => (
          <>
            <Toolbar label="Figures">
              <ChooseDays days={search.days} change={(next) => change({ ...next, page: search.page })} />
            </Toolbar>
            <FigureTiles detail={detail} days={days} />
            <TrendCard
              detail={detail}
              asTable={search.table === true}
              onTable={(table) => change({ table: table ? true : undefined, page: search.page })}
            />
            <ExecutionsCard name={name} search={search} change={change} />
          </>
        )}
      </Loaded>
      {search.run === undefined ? null : (
        <ExecutionPanel id={search.run} onClose={() => change({ run: undefined, page: search.page })} />
      )}
    </Page>
  );
}
