import { type CodePlace, keysOf, type SliceEvent, type SliceRequest, statusesOf } from '../../contract.ts';
import { called, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { readPages } from '../paging.ts';
import type { PullRequestRecord } from '../records.ts';
import { pullRequestRecord } from '../review/pull-request.ts';
import { PullRequest } from '../schema.ts';
import { readPullRequest } from './named.ts';
import { placeOf } from './repositories.ts';

/** What the hub keeps beside a stored pull request: it changed when this did. */
export const statusOf = ({ state, updatedAt }: Pick<PullRequestRecord, 'state' | 'updatedAt'>): string =>
  `${state} ${updatedAt}`;

const stream = 'pull_requests';

/**
 * Part `current` of a repository: every open pull request, those of any state that are new or changed, and what became of
 * those that were open before. A list of all is read only as far as it says something new, so that old ones are never
 * read twice.
 */
export async function* readPullRequests(client: BitbucketClient, request: SliceRequest): AsyncGenerator<SliceEvent> {
  const place = placeOf(request.slice);
  const seen = new Set<string>();
  const reading: Reading = { client, place, request, seen };
  const recent = yield* readRecent(reading);
  const openDoubt = recent.isEverything ? null : yield* readOpen(reading);
  const doubt = openDoubt ?? recent.doubt;
  const gone = yield* readClosed(reading);
  yield {
    type: 'complete',
    stream,
    scope: '',
    // Nobody says how many there ever were.
    sourceCount: null,
    method: 'pull-requests',
    proof: doubt === null ? 'key_set' : 'unproven',
    ...(doubt === null ? {} : { doubt: `the list was not read to its end, ${doubt}` }),
    sourceMoved: false,
    absenceTrusted: false,
    coverage: 'changes',
    gone,
  };
}

interface Reading {
  client: BitbucketClient;
  place: CodePlace;
  request: SliceRequest;
  /** Ids that were staged. */
  seen: Set<string>;
}

async function* readOpen(reading: Reading): AsyncGenerator<SliceEvent, string | null> {
  let end: string | null = null;
  for await (const { records, cutOff } of pagesOf(reading, 'OPEN')) {
    yield* staged(reading, records);
    end = cutOff;
  }
  return end;
}

interface Recent {
  /** The list had nothing more. */
  isEverything: boolean;
  /** Why it was not read as far as it should. */
  doubt: string | null;
}

/**
 * The newest of any state, until a page holds nothing that is new or changed, or only what is older than wanted. Most
 * repositories have so few that the first page is everything: then those that are open need not be asked for.
 */
async function* readRecent(reading: Reading): AsyncGenerator<SliceEvent, Recent> {
  const { request, seen } = reading;
  const since = request.since.toISOString();
  let pages = 0;
  for await (const { records, cutOff, isLast } of pagesOf(reading, 'ALL')) {
    pages += 1;
    const stored = await storedStatuses(request, records);
    const news = records.filter((record) => stored.get(record.id) !== statusOf(record));
    if (pages === 1 && isLast) {
      const wanted = new Set([...news, ...records.filter(({ state }) => state === 'open')]);
      yield* staged(reading, [...wanted]);
      for (const { id } of records) seen.add(id);
      return { isEverything: true, doubt: null };
    }
    yield* staged(reading, news);
    const recent = news.filter(({ updatedAt }) => updatedAt >= since);
    if (recent.length === 0) break;
    if (cutOff !== null) return { isEverything: false, doubt: cutOff };
  }
  return { isEverything: false, doubt: null };
}

async function storedStatuses(
  { stored, purpose }: SliceRequest,
  records: readonly PullRequestRecord[],
): Promise<ReadonlyMap<string, string>> {
  if (stored === undefined || purpose === 'audit') return new Map();
  return statusesOf(stored.rows(stream, '', { keys: records.map(({ id }) => id) }));
}

/** Those that are stored as open and that no list named: asked for one by one. Returns those that are not there. */
async function* readClosed(reading: Reading): AsyncGenerator<SliceEvent, string[]> {
  const { request, client, place, seen } = reading;
  const gone: string[] = [];
  const open = request.rows === undefined ? [] : await keysOf(request.rows(stream, ''));
  for (const id of open) {
    if (seen.has(id)) continue;
    const record = await readPullRequest(client, place, id);
    if (record === null) gone.push(id);
    else yield* staged(reading, [record]);
  }
  return gone;
}

function* staged({ seen }: Reading, records: readonly PullRequestRecord[]): Generator<SliceEvent> {
  const news = records.filter(({ id }) => !seen.has(id));
  for (const { id } of news) seen.add(id);
  if (news.length > 0) yield { type: 'records', stream, scope: '', records: news };
}

async function* pagesOf(
  { client, place }: Reading,
  state: 'OPEN' | 'ALL',
): AsyncGenerator<{ records: PullRequestRecord[]; cutOff: string | null; isLast: boolean }> {
  const pages = readPages(client, PullRequest, `${repositoryPath(place)}/pull-requests`, {
    subject: `pull requests of ${called(place)}`,
    params: { state, order: 'NEWEST' },
  });
  for await (const { items, cutOff, next } of pages)
    yield { records: items.map(pullRequestRecord), cutOff, isLast: next === null && cutOff === null };
}
