import { insertNew } from '../ingestion/index.ts';
import type { PublishContext, PublishedPart } from '../ingestion/sink.ts';
import { rebuildDaily } from './daily/rebuild-daily.ts';
import { mergeFindings } from './findings/merge-findings.ts';
import { addNames } from './findings/names.ts';
import { takeStaged } from './findings/staged-findings.ts';
import { branches } from './projects/merge-projects.ts';
import { followBranches } from './projects/follow-branches.ts';
import { beginPublishing } from './projects/publishing.ts';
import { branchesOf, completed, findProject } from './slice.ts';

/**
 * Merges the next `atOnce` changed findings after a key, when there are as many; the last ones are left to the publish.
 * Only what findings need is written beside them: names, and branches that are new. What depends on the whole
 * (absence, roll-up, counts) waits for the publish.
 */
export async function publishPart(
  context: PublishContext,
  { after, atOnce }: { after: string; atOnce: number },
): Promise<PublishedPart | undefined> {
  const { tx, integrationId, taskId } = context;
  if (context.phase !== 'current' || !(await isLarge(context, atOnce))) return undefined;
  const project = await findProject(tx, integrationId, context.slice);
  if (project === undefined) return undefined;
  await tx.execute("set local lock_timeout = '60s'");
  const slice = { integrationId, projectId: project.id, projectKey: project.key, taskId };
  const taken = await takeStaged(tx, slice, { onlyChanged: context.trustHashes, after, atMost: atOnce });
  if (taken.taken < atOnce) return undefined;
  await beginPublishing(tx, project.id);
  await addNames(tx, slice, taken);
  await followBranches(tx, { taskId, projectId: project.id });
  for (const outcome of completed(context).filter(({ stream }) => stream === 'branches'))
    await insertNew(context, outcome, { spec: branches, ids: [integrationId, project.id] });
  const scopes = new Map([...(await branchesOf(tx, project.id))].map(([scope, branch]) => [branch.id, scope]));
  const streams: PublishedPart['streams'] = [];
  for (const stream of ['issues', 'hotspots'] as const) {
    const counts = await mergeFindings(tx, stream, slice, { runId: context.runId, now: context.now, taken });
    // The project they came from has lost them now, whatever becomes of this publish.
    if (counts.leftProjects.length > 0) await rebuildDaily(tx, counts.leftProjects);
    for (const [branchId, scope] of scopes) {
      const [inserted = 0, updated = 0] = [counts.inserted.get(branchId), counts.updated.get(branchId)];
      if (inserted + updated > 0) streams.push({ stream, scope, inserted, updated });
    }
  }
  const { last } = await tx.one<{ last: string }>('select max(source_key) as last from work_staged');
  return { last, streams };
}

/** Whether there can be so many changes at all: asked before every publish, so it must cost nothing. */
async function isLarge({ tx, taskId }: PublishContext, atOnce: number): Promise<boolean> {
  const row = await tx.maybeOne(
    'select from code_quality.staged_findings where task_id = $1 offset $2 limit 1 /* any: whether there is one */',
    [taskId, atOnce],
  );
  return row !== undefined;
}
