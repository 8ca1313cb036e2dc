import { type Json, keysOf, type SliceEvent, statusesOf } from '../../contract.ts';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { secondsOf, toInstant } from '../instant.ts';
import { mapIssue } from '../issues/map-issue.ts';
import { type IssueTarget, issueStream as stream } from '../issues/prove.ts';
import { keysPerCall, readByKeys, readPulled } from '../issues/pulled.ts';
import { pageSize, scopeFilter } from '../issues/search-oracle.ts';
import { chunk } from '../issues/slice-counts.ts';
import { pooled } from '../pool.ts';
import { complete, isClosed } from '../reader.ts';
import type { IssueRecord } from '../records.ts';
import { IssuesSearch } from '../schema.ts';
import { type IssueBookmark, makeBookmark, sourceTime } from './issue-bookmark.ts';
import { readScopeState } from './scope-state.ts';

const searchWindow = 10_000;
const endOfTime = '9999-12-31T00:00:00.000Z';

/** What the server says there is, by status; null where its facet says nothing. */
export interface Count {
  total: number;
  byStatus: ReadonlyMap<string, number> | null;
}

export interface Changes {
  /** By key, the newest sighting. */
  issues: ReadonlyMap<string, IssueRecord>;
  count: Count;
  method: string;
}

/**
 * The issues of a scope that changed since its last reading, as a stream of its own coverage: no new analysis came, so
 * every change carries a date. One request for up to 500 changes, whatever the size of the scope. Its proof are the
 * counts by status: what is stored, with these changes, must be what the server counts. Returns false when it is not,
 * or when changes cannot be told here: then everything must be listed, and nothing was yielded.
 */
export async function* readIssueChanges(
  target: IssueTarget,
  bookmark: IssueBookmark,
): AsyncGenerator<SliceEvent, boolean> {
  const { reader } = target;
  const start = sourceTime(reader);
  const changes = await findChanges(target, bookmark.since);
  if (changes === null) return false;
  // A search that counts nothing may be one of a project that was closed to the token.
  if (changes.count.total === 0 && !(await mayLook(target))) return false;
  return yield* proveChanges(
    target,
    changes,
    makeBookmark(reader, {
      start,
      analyzedAt: bookmark.analyzedAt,
      gateStatus: target.scope.gateStatus,
      byDatabase: false,
    }),
  );
}

/** Yields changes with their proof, or nothing and false where the counts do not fit. */
export async function* proveChanges(
  target: IssueTarget,
  changes: Changes,
  bookmark: Json | undefined,
): AsyncGenerator<SliceEvent, boolean> {
  const { scope, rules } = target;
  const gone = await reconcile(target, changes);
  if (gone === null) return false;
  const records = [...changes.issues.values()];
  for (const { rule, type } of records) rules.see(rule, type);
  if (records.length > 0) {
    yield { type: 'records', stream, scope: scope.key, records };
    yield* await rules.flush();
  }
  yield complete({
    stream,
    scope: scope.key,
    sourceCount: changes.count.total,
    method: changes.method,
    proof: 'counts_equal',
    absenceTrusted: false,
    coverage: 'changes',
    ...(gone.length > 0 ? { gone } : {}),
    ...(bookmark === undefined ? {} : { bookmark }),
  });
  return true;
}

async function mayLook({ reader, project, scope }: IssueTarget): Promise<boolean> {
  return (await readScopeState(reader, project, scope)).access === 'granted';
}

/** Null when the search cannot be read as one. */
export async function findChanges(target: IssueTarget, since: string): Promise<Changes | null> {
  const { reader, project, scope } = target;
  const issues = new Map<string, IssueRecord>();
  let count: Count | null = null;
  for (let page = 1; page * pageSize <= searchWindow; page += 1) {
    const params = { ...scopeFilter(project, scope), s: 'UPDATE_DATE', asc: false, p: page, ps: pageSize };
    const facets = page === 1 ? { facets: 'statuses' } : {};
    const answer = await reader.client.get(IssuesSearch, 'api/issues/search', { ...params, ...facets });
    count ??= countOf(answer, reader.server.isCloud);
    for (const raw of answer.issues) {
      const at = toInstant((raw as { updateDate?: unknown } | null)?.updateDate);
      if (at !== null && at < since) return { issues, count, method: 'api/issues/search by update date' };
      // What cannot be understood is set aside by the way that lists everything.
      if (!keep(issues, raw)) return null;
    }
    const last = answer.issues.length === 0 || page * pageSize >= answer.paging.total;
    if (last) return { issues, count, method: 'api/issues/search by update date' };
  }
  return count === null ? null : pullChanges(target, { since, count, newest: issues });
}

interface Sighted {
  since: string;
  count: Count;
  /** Changes that the search showed. */
  newest: ReadonlyMap<string, IssueRecord>;
}

/**
 * More changes than the search shows: `issues/pull` names them all, also those closed since. Null for a stream that ended
 * early between two messages, which looks whole by its bytes: it lacks some of those that the search showed.
 */
async function pullChanges(target: IssueTarget, { since, count, newest }: Sighted): Promise<Changes | null> {
  const { reader, project, scope } = target;
  if (reader.server.isCloud || scope.kind !== 'branch' || scope.name === null) return null;
  try {
    const keys = new Set<string>();
    const pulled = readPulled(reader, { project, branch: scope.name, changedSince: Date.parse(since) });
    for await (const { key } of pulled) keys.add(key);
    if ([...newest.keys()].some((key) => !keys.has(key))) return null;
    const issues = new Map<string, IssueRecord>();
    const width = (): number => reader.client.concurrency();
    for await (const raws of pooled(chunk([...keys], keysPerCall), width, (batch) => readByKeys(reader, batch))) {
      for (const raw of raws) if (!keep(issues, raw)) return null;
    }
    return { issues, count, method: 'api/issues/pull of what changed + api/issues/search by key' };
  } catch (error) {
    if (isClosed(error) || isPlumblineError(error, 'upstream_error')) return null;
    throw error;
  }
}

/** False for an issue that cannot be understood. */
export function keep(issues: Map<string, IssueRecord>, raw: unknown): boolean {
  const record = mapIssue(raw);
  if (typeof record === 'string') return false;
  const seen = issues.get(record.key);
  if (seen === undefined || secondsOf(seen.updatedAt) <= secondsOf(record.updatedAt)) issues.set(record.key, record);
  return true;
}

export function countOf(answer: ReturnType<typeof IssuesSearch.parse>, totalsCapped: boolean): Count {
  const facet = answer.facets?.find((one) => one.property === 'statuses');
  const byStatus = new Map(
    (facet?.values ?? []).filter(({ count }) => count > 0).map(({ val, count }) => [val, count]),
  );
  const sum = [...byStatus.values()].reduce((total, count) => total + count, 0);
  const total = totalsCapped ? Math.max(sum, answer.paging.total) : answer.paging.total;
  return { total, byStatus: sum === total ? byStatus : null };
}

/**
 * Keys that are gone, when what is stored, with the changes, is what the server counts; null when it is not. Closed
 * issues that housekeeping dropped are the one difference that can be explained: the server drops the oldest.
 */
async function reconcile({ reader, project, scope }: IssueTarget, changes: Changes): Promise<readonly string[] | null> {
  const stored = reader.request.stored;
  const { byStatus } = changes.count;
  if (stored === undefined || byStatus === null) return null;
  const expected = new Map(Object.entries(await stored.counts(stream, scope.key)));
  const add = (status: string, count: number): void => {
    expected.set(status, (expected.get(status) ?? 0) + count);
  };
  const before = await statusesOf(stored.rows(stream, scope.key, { keys: [...changes.issues.keys()] }));
  for (const { key, status } of changes.issues.values()) {
    const was = before.get(key);
    if (was !== undefined) add(was, -1);
    add(status, 1);
  }
  const statuses = new Set([...expected.keys(), ...byStatus.keys()]);
  const surplus = new Map(
    [...statuses].map((status) => [status, (expected.get(status) ?? 0) - (byStatus.get(status) ?? 0)]),
  );
  const dropped = surplus.get('CLOSED') ?? 0;
  surplus.delete('CLOSED');
  if ([...surplus.values()].some((count) => count !== 0) || dropped < 0) return null;
  if (dropped === 0) return [];
  const params = { ...scopeFilter(project, scope), statuses: 'CLOSED', s: 'CLOSE_DATE', asc: true, ps: 1 };
  const { issues } = await reader.client.get(IssuesSearch, 'api/issues/search', params);
  const oldest = issues.length === 0 ? endOfTime : toInstant((issues[0] as { closeDate?: unknown } | null)?.closeDate);
  if (oldest === null) return null;
  const ended = await keysOf(stored.rows(stream, scope.key, { status: 'CLOSED', endedBefore: oldest }));
  const gone = ended.filter((key) => !changes.issues.has(key));
  return gone.length === dropped ? gone : null;
}
