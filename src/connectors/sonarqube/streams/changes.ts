import { groupsThatFit, roomForValues } from '../address.ts';
import { toInstant } from '../instant.ts';
import { pooled } from '../pool.ts';
import { isClosed, type Reader } from '../reader.ts';
import { IssuesSearch } from '../schema.ts';

export interface Changes {
  /** Newest change seen per project. */
  touchedAt: ReadonlyMap<string, string>;
  /** Up to here every change has been seen: the next reading ends at the first older one. */
  cursor: string | null;
  /** Issues of all main branches, as the feed counts them; null where it cannot be read or its count is capped. */
  total: number | null;
}

/** Projects per search when the feed of the whole server ends too early. */
const projectsPerFeed = 100;

const pageSize = 500;
/** Everything is about to be read anyway: enough to know which changes are not new at the next discovery. */
const firstPageSize = 100;
const searchWindow = 10_000;

/** A change shows in the server's search index a little after its date, and dates are rounded to seconds. */
const settlingMs = 60_000;

/** Longer than a change takes to be found and read. */
const freshMs = 10_000;

/**
 * One call that finds every manual change on the main branches of the whole server: issues sorted by update date. Read
 * down to `since`; without `since` one short page, as a start. What lies a minute back by the server's own clock is
 * settled, so that an idle server is asked for one page also when thousands of issues share its newest change.
 *
 * The search shows 10,000 changes. Where more lie between now and `since`, the projects that it did not show are asked
 * in groups, and a group that is too busy in halves: every project is seen, for a request per hundred projects.
 */
export async function readChanges(
  reader: Reader,
  organizations: readonly (string | null)[],
  { since, projects }: { since: string | undefined; projects: Promise<readonly string[]> },
): Promise<Changes> {
  const touchedAt = new Map<string, string>();
  const counted: (number | null)[] = [];
  for (const organization of organizations) {
    try {
      const { overflowed, total } = await readFeed(reader, { organization, since, touchedAt, projects: null });
      counted.push(reader.server.isCloud ? null : total);
      if (overflowed) await readUnseen(reader, { organization, since, touchedAt, projects: await projects });
    } catch (error) {
      if (!isClosed(error)) throw error;
      counted.push(null);
      reader.log.warn({ code: error.code }, 'the feed of changes cannot be read');
    }
  }
  const newest = [...touchedAt.values()].reduce<string | null>((a, b) => (a !== null && a > b ? a : b), since ?? null);
  return {
    touchedAt: unsettledOnce(reader, touchedAt),
    cursor: cursorAfter(reader, newest, since ?? ''),
    total: sumOf(counted),
  };
}

function sumOf(counted: readonly (number | null)[]): number | null {
  return counted.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/**
 * Two changes within one second look like one. What changed just now is dated a second earlier, so that the next
 * discovery finds it newer and has it read once more.
 */
function unsettledOnce(reader: Reader, touchedAt: ReadonlyMap<string, string>): Map<string, string> {
  const now = (reader.client.serverTime() ?? reader.now()).getTime();
  return new Map(
    [...touchedAt].map(([project, at]) =>
      now - Date.parse(at) < freshMs ? [project, new Date(Date.parse(at) - 1000).toISOString()] : [project, at],
    ),
  );
}

function cursorAfter(reader: Reader, newest: string | null, since: string): string | null {
  const now = reader.client.serverTime() ?? reader.now();
  const settled = new Date(now.getTime() - settlingMs).toISOString();
  if (newest === null || newest <= settled) return newest;
  return settled > since ? settled : since;
}

interface Feed {
  organization: string | null;
  since: string | undefined;
  touchedAt: Map<string, string>;
  /** Null: of the whole server. */
  projects: readonly string[] | null;
}

/** Every project the overflowing feed did not show. */
async function readUnseen(reader: Reader, feed: Feed & { projects: readonly string[] }): Promise<void> {
  const unseen = feed.projects.filter((project) => !feed.touchedAt.has(project));
  const width = (): number => reader.client.concurrency();
  const read = async (projects: readonly string[]): Promise<void> => {
    if (!(await readFeed(reader, { ...feed, projects })).overflowed) return;
    const left = projects.filter((project) => !feed.touchedAt.has(project));
    const half = Math.ceil(left.length / 2);
    for (const part of [left.slice(0, half), left.slice(half)]) if (part.length > 0) await read(part);
  };
  for await (const _ of pooled(groupsThatFit(unseen, roomForValues, projectsPerFeed), width, read));
}

/** `overflowed` when the window ended before `since` was reached. */
async function readFeed({ client }: Reader, feed: Feed): Promise<{ overflowed: boolean; total: number }> {
  let total = 0;
  for (let page = 1; page * pageSize <= searchWindow; page += 1) {
    const params = {
      organization: feed.organization ?? undefined,
      componentKeys: feed.projects?.join(','),
      s: 'UPDATE_DATE',
      asc: false,
      p: page,
      ps: feed.since === undefined ? firstPageSize : pageSize,
    };
    const { issues, paging } = await client.get(IssuesSearch, 'api/issues/search', params);
    total = paging.total;
    let oldest: string | null = null;
    for (const raw of issues as Record<string, unknown>[]) {
      const at = toInstant(raw['updateDate']);
      const project = raw['project'];
      if (at === null || typeof project !== 'string') continue;
      oldest = at;
      // The rest of a page is older than what the last discovery has seen.
      if (feed.since !== undefined && at < feed.since) continue;
      const before = feed.touchedAt.get(project);
      if (before === undefined || before < at) feed.touchedAt.set(project, at);
    }
    if (feed.since === undefined || page * pageSize >= paging.total || issues.length === 0) break;
    if (oldest !== null && oldest <= feed.since) break;
    if ((page + 1) * pageSize > searchWindow) return { overflowed: true, total };
  }
  return { overflowed: false, total };
}
