import { z } from 'zod';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { toInstant } from '../instant.ts';
import { parseJson } from '../parse-json.ts';
import { pooled } from '../pool.ts';
import { isClosed, type Reader } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import { BranchesList, PullRequestsList } from '../schema.ts';

/**
 * Only an administrator's list of projects names the newest analysis of any branch or pull request; the other names the
 * main branch's. Where the server has branches, their dates are asked for project by project, so many per discovery in
 * turn, and remembered between discoveries in a cursor.
 */
export interface BranchDates {
  newest: ReadonlyMap<string, string>;
  /** Value for the next discovery; null when there is nothing to remember. */
  cursor: string | null;
}

/** Two calls each: a poll of a large server stays within a minute, every project has its turn within the hour. */
const projectsPerDiscovery = 200;

const Memory = z.object({
  version: z.string().nullable(),
  hasBranches: z.boolean(),
  next: z.int().nonnegative(),
  newest: z.record(z.string(), z.string()),
});
type Memory = z.infer<typeof Memory>;

const nothing: BranchDates = { newest: new Map(), cursor: null };

export async function readBranchDates(reader: Reader, projects: readonly ProjectRecord[]): Promise<BranchDates> {
  if (reader.settings.branches === 'main' || projects.length === 0) return nothing;
  const version = reader.server.version?.text ?? null;
  const memory = await recall(reader, projects, version);
  if (memory === null) return nothing;
  if (!memory.hasBranches) return { newest: new Map(), cursor: JSON.stringify(memory) };
  const keys = projects.map((project) => project.key).sort();
  const start = memory.next < keys.length ? memory.next : 0;
  const turn = keys.slice(start, start + projectsPerDiscovery);
  const newest = new Map(Object.entries(memory.newest).filter(([key]) => keys.includes(key)));
  const width = (): number => reader.client.concurrency();
  for await (const { key, at } of pooled(turn, width, (one) => newestOf(reader, one))) {
    if (at !== null) newest.set(key, at);
  }
  const next = start + turn.length;
  return { newest, cursor: JSON.stringify({ version, hasBranches: true, next, newest: Object.fromEntries(newest) }) };
}

/** What the last discovery knew, or whether this server has pull requests at all; null when that cannot be said. */
async function recall(
  reader: Reader,
  projects: readonly ProjectRecord[],
  version: string | null,
): Promise<Memory | null> {
  const parsed = Memory.safeParse(parseJson(reader.request.cursors['branches']));
  if (parsed.success && parsed.data.version === version) return parsed.data;
  const fresh = { version, next: 0, newest: {} };
  try {
    const params = { project: projects[0]?.key };
    await reader.client.get(PullRequestsList, 'api/project_pull_requests/list', params);
    return { ...fresh, hasBranches: true };
  } catch (error) {
    if (!isClosed(error) && !isPlumblineError(error, 'project_not_found')) throw error;
    const absent = error.upstream?.startsWith('Unknown url') === true;
    return absent ? { ...fresh, hasBranches: false } : null;
  }
}

async function newestOf({ client }: Reader, project: string): Promise<{ key: string; at: string | null }> {
  try {
    const [{ branches }, { pullRequests }] = await Promise.all([
      client.get(BranchesList, 'api/project_branches/list', { project }),
      client.get(PullRequestsList, 'api/project_pull_requests/list', { project }),
    ]);
    const dates = [...branches, ...pullRequests].map((raw) =>
      toInstant((raw as { analysisDate?: unknown } | null)?.analysisDate),
    );
    return { key: project, at: dates.reduce((a, b) => (a !== null && (b === null || a > b) ? a : b), null) };
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return { key: project, at: null };
    throw error;
  }
}
