import { toInstant } from '../instant.ts';
import { isClosed, type Reader } from '../reader.ts';
import { IssuesSearch } from '../schema.ts';

export interface Changes {
  /** Newest change seen per project, as far back as the pages went. */
  touchedAt: ReadonlyMap<string, string>;
  /** Changes reach further back than the feed can show: any project may have been touched. */
  overflowed: boolean;
  /** Newest change of the server. */
  newest: string | null;
  /** Up to here every change has been seen: the next reading ends at the first older one. */
  cursor: string | null;
}

const pageSize = 500;
const searchWindow = 10_000;

/** A change shows in the server's search index a little after its date, and dates are rounded to seconds. */
const settlingMs = 60_000;

/**
 * One call that finds every manual change on the main branches of the whole server: issues sorted by update date. Read
 * down to `since`; without `since` one page, as a start. What lies a minute back by the server's own clock is settled,
 * so that an idle server is asked for one page also when thousands of issues share its newest change.
 */
export async function readChanges(
  reader: Reader,
  organizations: readonly (string | null)[],
  since: string | undefined,
): Promise<Changes> {
  const touchedAt = new Map<string, string>();
  let overflowed = false;
  for (const organization of organizations) {
    try {
      overflowed = (await readFeed(reader, { organization, since, touchedAt })) || overflowed;
    } catch (error) {
      if (!isClosed(error)) throw error;
      reader.log.warn({ code: error.code }, 'the feed of changes cannot be read');
    }
  }
  const newest = [...touchedAt.values()].reduce<string | null>((a, b) => (a !== null && a > b ? a : b), since ?? null);
  return { touchedAt, overflowed, newest, cursor: cursorAfter(reader, newest, since ?? '') };
}

function cursorAfter(reader: Reader, newest: string | null, since: string): string | null {
  const now = reader.client.serverTime() ?? reader.now();
  const settled = new Date(now.getTime() - settlingMs).toISOString();
  if (newest === null || newest <= settled) return newest;
  return settled > since ? settled : since;
}

/** True when the window ended before `since` was reached. */
async function readFeed(
  { client }: Reader,
  feed: { organization: string | null; since: string | undefined; touchedAt: Map<string, string> },
): Promise<boolean> {
  for (let page = 1; page * pageSize <= searchWindow; page += 1) {
    const params = {
      organization: feed.organization ?? undefined,
      s: 'UPDATE_DATE',
      asc: false,
      p: page,
      ps: pageSize,
    };
    const { issues, paging } = await client.get(IssuesSearch, 'api/issues/search', params);
    let oldest: string | null = null;
    for (const raw of issues as Record<string, unknown>[]) {
      const at = toInstant(raw['updateDate']);
      const project = raw['project'];
      if (at === null || typeof project !== 'string') continue;
      oldest = at;
      const before = feed.touchedAt.get(project);
      if (before === undefined || before < at) feed.touchedAt.set(project, at);
    }
    if (feed.since === undefined || page * pageSize >= paging.total || issues.length === 0) return false;
    if (oldest !== null && oldest <= feed.since) return false;
  }
  return true;
}
