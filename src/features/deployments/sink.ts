import type { Tx } from '../../platform/database/index.ts';
import { compareListing, mergeListing, tableListing, type TableSpec } from '../ingestion/index.ts';
import type {
  PublishContext,
  PublishSummary,
  ScopeComparison,
  Sink,
  StoredThing,
  StreamOutcome,
  StreamPublished,
} from '../ingestion/sink.ts';
import { changesOfExecutions } from './changes.ts';
import { toldBySteps } from './deployed/from-harness/facts.ts';
import { keepDeployments } from './deployed/from-harness/keep.ts';
import { definedInLevels, organizations, projects, stageOutcomes } from './definitions.ts';
import { compareExecutions } from './executions/compare.ts';
import { executionListing } from './executions/store.ts';
import { findDuePolls, holdingsOf } from './holdings.ts';
import { keepLevel } from './levels.ts';
import { knownProjects, leaveOutProjects, returnedProjects } from './projects.ts';

/** Stores what the connector of Harness reads. */
export const harnessSink: Sink = {
  connector: 'harness',
  streams: [
    'organizations',
    'projects',
    'pipelines',
    'services',
    'environments',
    'executions',
    'execution_history',
    'stage_outcomes',
  ],
  publish: (context) => (context.phase === 'discovery' ? publishDiscovery(context) : publishSlice(context)),
  compare,
  // Nothing here is summed up.
  aggregate: async () => false,
  holdings: holdingsOf,
  known: knownProjects,
  facts: async (db, { integrationId, polling }) => ({
    polls: polling === null ? [] : await findDuePolls(db, integrationId, polling),
  }),
  locate,
};

const completed = ({ outcomes }: PublishContext): StreamOutcome[] =>
  outcomes.filter(({ outcome }) => outcome === 'complete');

const discovered: Readonly<Record<string, TableSpec>> = { organizations, projects };

async function publishDiscovery(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId } = context;
  const streams: StreamPublished[] = [];
  const returned = await returnedProjects(context);
  for (const outcome of completed(context)) {
    const spec = discovered[outcome.stream];
    if (spec === undefined) throw new Error(`${outcome.stream} are not found in a discovery`);
    if (spec === projects) await leaveOutProjects(tx, integrationId, outcome);
    streams.push(await mergeListing(context, outcome, tableListing(spec, [integrationId])));
  }
  return { streams, changes: [], returned };
}

const isExecutions = ({ stream }: Pick<StreamOutcome, 'stream'>): boolean =>
  stream === 'executions' || stream === 'execution_history';

async function publishSlice(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId, slice } = context;
  const streams: StreamPublished[] = [];
  const changed = new Set<number>();
  const levelId = await keepLevel(tx, integrationId, slice);
  for (const outcome of completed(context)) {
    if (isExecutions(outcome))
      streams.push(await mergeListing(context, outcome, executionListing(context, outcome, changed)));
    else if (outcome.stream === 'stage_outcomes')
      streams.push(await mergeListing(context, outcome, tableListing(stageOutcomes, [integrationId])));
    else {
      const listing = tableListing(definedIn(outcome), [integrationId, levelId]);
      streams.push(await mergeListing(context, outcome, listing));
    }
  }
  if (streams.some(({ stream }) => stream === 'stage_outcomes'))
    for (const id of await toldBySteps(tx, context)) changed.add(id);
  const kept = await keepDeployments(tx, changed);
  return { streams, changes: changesOfExecutions(kept, levelId) };
}

function definedIn({ stream }: StreamOutcome): TableSpec {
  const spec = definedInLevels[stream];
  if (spec === undefined) throw new Error(`${stream} are not read of a slice`);
  return spec;
}

/** What only steps tell is asked for where something is missing, and never in an audit. */
async function compare(context: PublishContext): Promise<ScopeComparison[]> {
  const { tx, integrationId, slice, phase } = context;
  const compared: ScopeComparison[] = [];
  const ids = phase === 'discovery' ? [integrationId] : [integrationId, await keepLevel(tx, integrationId, slice)];
  for (const outcome of completed(context).filter(({ stream }) => stream !== 'stage_outcomes')) {
    const { stream, scope } = outcome;
    if (isExecutions(outcome)) compared.push(await compareExecutions(context, outcome));
    else {
      const spec = phase === 'discovery' ? discovered[stream] : definedIn(outcome);
      if (spec === undefined) throw new Error(`${stream} are not found in a discovery`);
      compared.push({ stream, scope, label: stream, ...(await compareListing(context, outcome, { spec, ids })) });
    }
  }
  return compared;
}

/** By an execution’s id, or the address of its page; by `organization/project`. */
async function locate(tx: Tx, integrationId: number, text: string): Promise<StoredThing[]> {
  const wanted = text.trim();
  const execution = /\/(?:deployments|executions)\/([^/?#]+)/.exec(wanted)?.[1] ?? wanted;
  const rows = await tx.query<{ kind: string; id: number; label: string; run_id: number | null; state: string }>(
    `select 'execution' as kind, e.id, e.run_id, e.organization || '/' || e.project || ' ' || e.pipeline || coalesce(' #' || e.number, '') as label,
            case when e.deleted_at is null then e.status else 'gone' end as state
       from deployments.executions e where e.integration_id = $1 and e.source_key = $2
     union all
     select 'project', p.id, p.run_id, p.source_key, case when p.deleted_at is null then 'there' else 'gone' end
       from deployments.projects p where p.integration_id = $1 and p.source_key = $3
      order by 1, 2 limit 20`,
    [integrationId, execution, wanted],
  );
  return rows.map(({ id, kind, label, run_id: runId, state }) => ({
    kind,
    id,
    label,
    projectId: null,
    runId,
    facts: { state },
  }));
}
