import type { Tx } from '../../platform/database/index.ts';
import type { PublishContext, StreamOutcome } from '../ingestion/sink.ts';

/** A companion stands for a pull request of a server without pull requests. */
export type BranchKind = 'branch' | 'pull_request' | 'companion';

export interface Branch {
  id: number;
  kind: BranchKind;
  name: string;
}

export interface Project {
  id: number;
  key: string;
  /** True when parts of a large change were merged, by this publish or by one that was cut off. */
  partlyPublished: boolean;
}

/** Streams and scopes that were listed to their end. */
export const completed = (context: PublishContext): StreamOutcome[] =>
  context.outcomes.filter((outcome) => outcome.outcome === 'complete');

/** The project a slice is about. */
export async function findProject(tx: Tx, integrationId: number, slice: string): Promise<Project | undefined> {
  return tx.maybeOne<Project>(
    'select id, source_key as key, publishing_since is not null as "partlyPublished" from code_quality.projects where integration_id = $1 and source_key = $2',
    [integrationId, slice.replace(/^project:/, '')],
  );
}

/** Branches and pull requests by the scope names of streams. */
export async function branchesOf(tx: Tx, projectId: number): Promise<Map<string, Branch>> {
  const rows = await tx.query<Branch & { source_key: string }>(
    'select id, kind, name, source_key from code_quality.branches where project_id = $1',
    [projectId],
  );
  return new Map(rows.map(({ source_key, ...branch }) => [source_key, branch]));
}
