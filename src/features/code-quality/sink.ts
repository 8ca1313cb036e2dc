import type { Tx } from '../../platform/database/index.ts';
import { type ListingSpec, mergeListing, tableListing } from '../ingestion/index.ts';
import type { PublishContext, PublishSummary, Sink, StreamOutcome, StreamPublished } from '../ingestion/sink.ts';
import { changedAnalyses } from './analyses/changed-analyses.ts';
import { completeAnalyses } from './analyses/complete-analyses.ts';
import { analysisListing } from './analyses/merge-analyses.ts';
import { branchNames, projectNames, renamed } from './analyses/renamed.ts';
import { compareProject, compareProjects } from './compare.ts';
import { followMode, notePast } from './daily/counting-mode.ts';
import { rebuildDaily } from './daily/rebuild-daily.ts';
import { findingListing } from './findings/absent-findings.ts';
import { locate } from './findings/locate.ts';
import { type MergeCounts, mergeFindings } from './findings/merge-findings.ts';
import { addMetrics, addNames } from './findings/names.ts';
import { rules } from './findings/merge-rules.ts';
import { hotspotForm, issueForm } from './findings/stage-form.ts';
import {
  type FindingStream,
  type FindingsOfSlice,
  nothingTaken,
  type Taken,
  takeStaged,
} from './findings/staged-findings.ts';
import { companionsOf, mainSliceOf } from './companions/store.ts';
import { qualityGates } from './gates/merge-gates.ts';
import { type Announce, announceTurnedGates, gatesOf } from './gates/turned-gates.ts';
import { findDuePolls, findScopeNames, holdingsOf, knownProjects } from './holdings.ts';
import { measureHistoryListing, measureListing } from './measures/merge-measures.ts';
import { metrics } from './measures/merge-metrics.ts';
import { settleDuplicates } from './projects/duplicates.ts';
import {
  countListedProjects,
  noteUnreadableProjects,
  noteLookedFor,
  noteReadability,
  projectListing,
} from './projects/lost-projects.ts';
import { followBranches } from './projects/follow-branches.ts';
import { followProjects, knownIds, noteReplaced, noteScope, restoreIds } from './projects/follow-projects.ts';
import { branches as branchTable } from './projects/merge-projects.ts';
import { publishTags } from './projects/project-tags.ts';
import { endPublishing } from './projects/publishing.ts';
import { publishPart } from './publish-part.ts';
import { type Branch, branchesOf, completed, findProject, type Project } from './slice.ts';

/**
 * Stores what the SonarQube connector's streams yield, and announces gates that turn. So many changed findings of a
 * project are merged at once; more of them in parts.
 */
export function createSonarqubeSink(announce: Announce = async () => undefined, { atOnce = 200_000 } = {}): Sink {
  return {
    connector: 'sonarqube',
    streams: [
      'server',
      'projects',
      'project_tags',
      'metrics',
      'quality_gates',
      'branches',
      'analyses',
      'analysis_history',
      'measures',
      'measure_history',
      'issues',
      'hotspots',
      'rules',
    ],
    forms: { issues: issueForm, hotspots: hotspotForm },
    async publish(context) {
      // The publish of another project may hold rules or people that this one names, until it commits.
      await context.tx.execute("set local lock_timeout = '60s'");
      return context.phase === 'discovery' ? publishDiscovery(context) : publishProject(context, announce);
    },
    publishPart: (context, after) => publishPart(context, { after, atOnce }),
    partsFrom: atOnce,
    compare: (context) => (context.phase === 'discovery' ? compareProjects(context) : compareProject(context)),
    async aggregate({ tx, integrationId, slice }) {
      const project = await findProject(tx, integrationId, slice);
      return project !== undefined && (await rebuildDaily(tx, [project.id])) > 0;
    },
    holdings: holdingsOf,
    known: knownProjects,
    facts: async (db, { integrationId, slice, polling }) => ({
      polls: polling === null ? [] : await findDuePolls(db, integrationId, polling),
      companions: await companionsOf(db, integrationId, slice),
    }),
    mainSlice: mainSliceOf,
    scopeNames: findScopeNames,
    locate,
  };
}

async function publishDiscovery(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId } = context;
  const streams: StreamPublished[] = [];
  const before = await uncountedProjects(tx, integrationId);
  const named = await projectNames(tx, integrationId);
  const countsOtherwise = await publishServer(context, streams);
  const anew: string[] = [];
  for (const outcome of completed(context)) {
    if (outcome.stream === 'projects') {
      anew.push(...(await followProjects(context, outcome)));
      const ids = await knownIds(context);
      const merged = await mergeListing(context, outcome, projectListing(integrationId));
      await restoreIds(context, ids);
      await noteUnreadableProjects(context, outcome);
      await noteLookedFor(context, outcome);
      await noteReplaced(context, outcome);
      anew.push(...(await noteScope(context, outcome)));
      // Counted last: what left the scope is no part of the listing.
      streams.push({ ...merged, stored: await countListedProjects(context, outcome) });
    }
    if (outcome.stream === 'metrics')
      streams.push(await mergeListing(context, outcome, tableListing(metrics, [integrationId])));
    if (outcome.stream === 'quality_gates')
      streams.push(await mergeListing(context, outcome, tableListing(qualityGates, [integrationId])));
  }
  const tags = await publishTags(context);
  if (tags !== undefined) streams.push(tags);
  // A project that went or came back takes its open findings with it.
  const after = await uncountedProjects(tx, integrationId);
  const moved = countsOtherwise
    ? await everyProject(tx, integrationId)
    : [...after].filter((id) => !before.has(id)).concat([...before].filter((id) => !after.has(id)));
  const counted = new Set([...moved, ...(await settleDuplicates(tx, integrationId))]);
  const rolledUp = counted.size > 0 ? await rebuildDaily(tx, [...counted]) : 0;
  const changes = renamed(named, await projectNames(tx, integrationId));
  if (tags !== undefined && tags.updated > 0) changes.push({ kind: 'project_tags', id: integrationId });
  return {
    streams,
    changes: rolledUp > 0 ? [...changes, { kind: 'roll_up', id: integrationId }] : changes,
    anew: anew.map((key) => `project:${key}`),
  };
}

/** True when the server counts by another reading of its findings from now on. */
async function publishServer(context: PublishContext, streams: StreamPublished[]): Promise<boolean> {
  const { tx, integrationId, taskId, now } = context;
  if (!completed(context).some(({ stream }) => stream === 'server')) return false;
  const staged = await tx.maybeOne<{ mode: 'mqr' | 'standard' | null }>(
    `select record ->> 'mode' as mode from shared.staged_records where task_id = $1 and stream = 'server' order by seq desc limit 1`,
    [taskId],
  );
  const changed = staged !== undefined && (await followMode(tx, { integrationId, mode: staged.mode, now }));
  streams.push({ stream: 'server', scope: '', stored: 1, inserted: 0, updated: changed ? 1 : 0, gone: 0, held: false });
  return changed;
}

async function everyProject(tx: Tx, integrationId: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>('select id from code_quality.projects where integration_id = $1', [
    integrationId,
  ]);
  return rows.map(({ id }) => id);
}

async function publishProject(context: PublishContext, announce: Announce): Promise<PublishSummary> {
  const { tx, integrationId } = context;
  const project = await findProject(tx, integrationId, context.slice);
  // The project list is published before its slices are read; without a row there is nothing to hang findings on.
  if (project === undefined) throw new Error(`no project is stored for slice ${context.slice}`);
  const streams: StreamPublished[] = [];
  const slice = { integrationId, projectId: project.id, projectKey: project.key, taskId: context.taskId };
  // The past of a project brings no findings.
  const hasFindings = context.outcomes.some(({ stream }) => stream === 'issues' || stream === 'hotspots');
  const taken = hasFindings ? await takeStaged(tx, slice, { onlyChanged: context.trustHashes }) : nothingTaken;
  await (hasFindings ? addNames(tx, slice, taken) : addMetrics(tx, slice));
  await noteReadability(context, project.id);
  if (context.outcomes.some(({ stream }) => stream === 'branches'))
    await followBranches(tx, { taskId: context.taskId, projectId: project.id });
  // Only a list of branches turns gates and tells of new analyses.
  const hasBranches = context.outcomes.some(({ stream }) => stream === 'branches');
  const gatesBefore = hasBranches ? await gatesOf(tx, project.id) : null;
  const named = await branchNames(tx, project.id);
  const analyzedBefore = hasBranches ? await analysisDates(tx, project.id) : new Map();
  for (const outcome of completed(context)) {
    if (outcome.stream === 'branches')
      streams.push(await mergeListing(context, outcome, tableListing(branchTable, [integrationId, project.id])));
    if (outcome.stream === 'rules')
      streams.push(await mergeListing(context, outcome, tableListing(rules, [integrationId])));
  }
  const branches = await branchesOf(tx, project.id);
  const analyzedAfter = hasBranches ? await analysisDates(tx, project.id) : new Map();
  const analyzedSince = (id: number): boolean => analyzedBefore.get(id) !== analyzedAfter.get(id);
  for (const outcome of completed(context)) {
    const branch = branches.get(outcome.scope);
    if (branch === undefined) continue;
    const listing = listingOf(outcome, { project, branch, analyzed: analyzedSince(branch.id) });
    if (listing !== undefined) streams.push(await mergeListing(context, outcome, listing));
  }
  let pastChanged = false;
  for (const outcome of completed(context)) {
    const branch = outcome.stream === 'measure_history' ? branches.get(outcome.scope) : undefined;
    if (branch !== undefined && (await notePast(tx, branch.id, outcome))) pastChanged = true;
  }
  const findings = await publishFindings(context, { slice, project, taken, branches, analyzedSince });
  streams.push(...findings.published);
  const about = { integrationId, projectId: project.id, slice: context.slice, runId: context.runId };
  const told = await completeAnalyses(tx, about);
  const wasPartly = await endPublishing(tx, project.id);
  const changed = wasPartly || told > 0 || streams.some((stream) => stream.inserted + stream.updated + stream.gone > 0);
  const differs = (...names: readonly string[]): boolean =>
    streams.some((stream) => names.includes(stream.stream) && stream.inserted + stream.updated + stream.gone > 0);
  const findingsConcerned = wasPartly || findings.leftProjects.length > 0 || differs('issues', 'hotspots', 'branches');
  const rolledUp =
    findingsConcerned || pastChanged || differs('measure_history')
      ? await rebuildDaily(tx, [project.id, ...findings.leftProjects], { onlyPast: !findingsConcerned })
      : 0;
  if (changed && gatesBefore !== null) await announceTurnedGates(tx, project.id, gatesBefore, announce);
  const renamedBranches = renamed(named, await branchNames(tx, project.id));
  const ours = changed ? [{ kind: 'project', id: project.id }, ...(await changedAnalyses(tx, project.id))] : [];
  const changes = [...ours, ...renamedBranches];
  return { streams, changes: rolledUp > 0 ? [...changes, { kind: 'roll_up', id: integrationId }] : changes };
}

/** How one stream of a branch is stored; undefined for what is stored otherwise. */
function listingOf(
  { stream }: StreamOutcome,
  { project, branch, analyzed }: { project: Project; branch: Branch; analyzed: boolean },
): ListingSpec | undefined {
  const { id, kind } = branch;
  const projectId = project.id;
  if (stream === 'analyses' || stream === 'analysis_history') return analysisListing({ id, projectId, kind, stream });
  if (stream === 'measures') return measureListing({ id, projectId, analyzed });
  if (stream === 'measure_history') return measureHistoryListing({ id, projectId, analyzed });
  return undefined;
}

interface FindingsToPublish {
  slice: FindingsOfSlice;
  project: Project;
  taken: Taken;
  branches: ReadonlyMap<string, Branch>;
  analyzedSince(branchId: number): boolean;
}

/** Issues before hotspots: a hotspot that became a vulnerability has changed its kind before hotspots are looked for. */
async function publishFindings(
  context: PublishContext,
  { slice, project, taken, branches, analyzedSince }: FindingsToPublish,
): Promise<{ published: StreamPublished[]; leftProjects: number[] }> {
  const { tx } = context;
  const { projectId } = slice;
  const published: StreamPublished[] = [];
  const leftProjects = new Set<number>();
  const merged: { stream: FindingStream; outcomes: StreamOutcome[]; counts: MergeCounts }[] = [];
  for (const stream of ['issues', 'hotspots'] as const) {
    const outcomes = completed(context).filter((outcome) => outcome.stream === stream && branches.has(outcome.scope));
    if (outcomes.length === 0) continue;
    const counts = await mergeFindings(tx, stream, slice, { runId: context.runId, now: context.now, taken });
    for (const id of counts.leftProjects) leftProjects.add(id);
    merged.push({ stream, outcomes, counts });
  }
  const read = merged.flatMap(({ outcomes }) => outcomes.map(({ scope }) => (branches.get(scope) as Branch).id));
  const held = await storedFindings(tx, projectId, read);
  for (const { stream, outcomes, counts } of merged) {
    for (const outcome of outcomes) {
      const { id } = branches.get(outcome.scope) as Branch;
      const branch = {
        id,
        integrationId: slice.integrationId,
        projectId,
        kind: stream === 'issues' ? ('issue' as const) : ('hotspot' as const),
        analyzedSinceLastPublish: analyzedSince(id),
        partlyMerged: project.partlyPublished,
        stored: held.get(`${id} ${stream}`) ?? 0,
        inserted: counts.inserted.get(id) ?? 0,
        updated: counts.updated.get(id) ?? 0,
        returned: counts.returned.get(id) ?? 0,
      };
      published.push(await mergeListing(context, outcome, findingListing(branch)));
    }
  }
  return { published, leftProjects: [...leftProjects] };
}

async function analysisDates(tx: Tx, projectId: number): Promise<Map<number, number | undefined>> {
  const rows = await tx.query<{ id: number; analyzed_at: Date | null }>(
    'select id, analyzed_at from code_quality.branches where project_id = $1',
    [projectId],
  );
  return new Map(rows.map((row) => [row.id, row.analyzed_at?.getTime()]));
}

async function uncountedProjects(tx: Tx, integrationId: number): Promise<Set<number>> {
  const rows = await tx.query<{ id: number }>(
    'select id from code_quality.projects where integration_id = $1 and (deleted_at is not null or left_scope_at is not null)',
    [integrationId],
  );
  return new Set(rows.map((row) => row.id));
}

/** How many findings these branches of a project have, by `<branch id> <stream>`. */
async function storedFindings(tx: Tx, projectId: number, branchIds: readonly number[]): Promise<Map<string, number>> {
  if (branchIds.length === 0) return new Map();
  const rows = await tx.query<{ branch_id: number; kind: 'issue' | 'hotspot'; n: number }>(
    `select branch_id, kind, count(*) as n from code_quality.findings
      where project_id = $1 and branch_id = any ($2) and deleted_at is null group by 1, 2`,
    [projectId, branchIds],
  );
  return new Map(rows.map((row) => [`${row.branch_id} ${row.kind}s`, row.n]));
}
