import type { ScopePoll, SliceEvent } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { toInstant } from '../instant.ts';
import { pooled } from '../pool.ts';
import { isClosed, type Reader } from '../reader.ts';
import { IssuesSearch } from '../schema.ts';
import { IssueBookmark } from './issue-bookmark.ts';

/**
 * Asks branches and pull requests, which no server-wide search shows, for their newest change: one request each.
 */
export async function* pollScopes(reader: Reader, slices: ReadonlySet<string>): AsyncGenerator<SliceEvent> {
  const polls = (reader.request.facts?.polls ?? []).filter((poll) => slices.has(poll.slice));
  const width = (): number => reader.client.concurrency();
  for await (const event of pooled(polls, width, (poll) => pollScope(reader, poll))) if (event !== null) yield event;
}

async function pollScope({ client }: Reader, poll: ScopePoll): Promise<SliceEvent | null> {
  const { slice, stream, scope } = poll;
  const bookmark = IssueBookmark.safeParse(poll.bookmark);
  if (!bookmark.success) return null;
  const name = scope.startsWith('pull_request:') ? { pullRequest: poll.name } : { branch: poll.name };
  const params = { componentKeys: slice.slice('project:'.length), ...name, s: 'UPDATE_DATE', asc: false, ps: 1 };
  try {
    const { issues } = await client.get(IssuesSearch, 'api/issues/search', params);
    const newest = toInstant((issues[0] as { updateDate?: unknown } | undefined)?.updateDate);
    const touchedAt = newest !== null && newest >= bookmark.data.since ? newest : null;
    return { type: 'polled', slice, stream, scope, touchedAt };
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'project_not_found')) return null;
    throw error;
  }
}
