import type { SliceEvent } from '../../contract.ts';
import { toInstant } from '../instant.ts';
import { issueStream as stream } from '../issues/prove.ts';
import { scopeFilter } from '../issues/search-oracle.ts';
import { type Reader, type ScopeRef, takesStreamAway, unavailable } from '../reader.ts';
import { HotspotsSearch, IssuesSearch } from '../schema.ts';
import { countOf } from './issue-changes.ts';
import { readBookmark } from './issue-bookmark.ts';
import { contradicted, readMeasured, refusedNothing } from './nothing.ts';
import { readScopeState } from './scope-state.ts';

/**
 * How many issues of each status the server counts in a scope, and whether anything happened there since its last
 * reading: one request.
 */
export async function readIssueCounts(reader: Reader, project: string, scope: ScopeRef): Promise<SliceEvent> {
  const params = { ...scopeFilter(project, scope), s: 'UPDATE_DATE', asc: false, ps: 1, facets: 'statuses' };
  try {
    const answer = await reader.client.get(IssuesSearch, 'api/issues/search', params);
    const { byStatus, total } = countOf(answer, reader.server.isCloud);
    const state = total === 0 ? await readScopeState(reader, project, scope) : null;
    if (state?.access === 'refused') return refusedNothing(stream, scope.key, project, state);
    const marked = await readBookmark(reader, scope.key);
    const newest = toInstant((answer.issues[0] as { updateDate?: unknown } | undefined)?.updateDate);
    const behind =
      marked === null ||
      marked.bookmark.analyzedAt !== scope.analyzedAt ||
      (newest !== null && newest >= marked.bookmark.since);
    const counts: SliceEvent = {
      type: 'counts',
      stream,
      scope: scope.key,
      byStatus: byStatus === null ? { all: total } : Object.fromEntries(byStatus),
      behind,
      method: 'api/issues/search by status',
    };
    return total > 0 || behind ? counts : contradicted(counts, await readMeasured(reader, project, scope));
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    return unavailable(stream, scope.key, error);
  }
}

/**
 * The same of the hotspots of a scope that has some: two requests. Their reviews move no date that a search shows, so
 * this is how one is found that no analysis followed.
 */
export async function readHotspotCounts(reader: Reader, project: string, scope: ScopeRef): Promise<SliceEvent[]> {
  const stored = (await reader.request.stored?.counts('hotspots', scope.key)) ?? {};
  if (Object.keys(stored).length === 0) return [];
  const marked = await readBookmark(reader, scope.key);
  const byStatus: Record<string, number> = {};
  try {
    for (const status of ['TO_REVIEW', 'REVIEWED']) {
      const params = { projectKey: project, ...scope.params, status, ps: 1 };
      const { total } = (await reader.client.get(HotspotsSearch, 'api/hotspots/search', params)).paging;
      if (total > 0) byStatus[status] = total;
    }
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    return [];
  }
  const behind = marked?.bookmark.analyzedAt !== scope.analyzedAt;
  return [
    { type: 'counts', stream: 'hotspots', scope: scope.key, byStatus, behind, method: 'api/hotspots/search by status' },
  ];
}
