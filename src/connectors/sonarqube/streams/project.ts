import { z } from 'zod';
import type { SliceEvent } from '../../contract.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import {
  isClosed,
  isDone,
  type Reader,
  readStream,
  type ScopeRef,
  takesStreamAway,
  unavailable,
  wasUnread,
} from '../reader.ts';
import { lastAnalysisBefore, readAnalysisHistory, readNewestAnalysis } from './analyses.ts';
import { type BranchListing, listBranches } from './branches.ts';
import { projectOf } from './discovery.ts';
import { readHotspots } from './hotspots.ts';
import { readHotspotCounts, readIssueCounts } from './issue-counts.ts';
import { type BookmarkedScope, readBookmark } from './issue-bookmark.ts';
import { readIssues } from './issues.ts';
import { readCatalogue, readMeasureHistory, readMeasures } from './measures.ts';
import { contradicted, type Measured, measuredIn, readMeasured, saysNothing } from './nothing.ts';
import { gateMetrics, type MeasurePages, readMeasurePages } from './measure-pages.ts';
import { isKnown } from './scope-state.ts';
import { createRuleBook, type RuleBook } from './rules.ts';
import { findStillClosed } from './still-closed.ts';
import { wantedHistory } from './wanted-metrics.ts';
import { releaseOf } from '../version.ts';

/** Part `current` of a project: how each of its branches and pull requests stands now. */
export async function* readCurrent(asked: Reader): AsyncGenerator<SliceEvent> {
  const project = projectOf(asked.request.slice);
  const open = yield* openOf(asked, project);
  if (open === null) return;
  if (open.request.purpose === 'count') {
    yield* readCounts(open, project);
    return;
  }
  const catalogue = open.request.purpose === 'audit' ? null : readCatalogue(open);
  catalogue?.catch(() => {});
  const listing = yield* listScopes(open, project, 'branches');
  if (listing === null) return;
  const reader = wholeWithout(open, listing);
  if (!isDone(reader, 'branches', '')) yield* listing.events;
  const scopes = await dueScopes(reader, readable(reader, listing));
  const rules = createRuleBook(reader, {
    refresh: reader.request.named === undefined && scopes.every(({ marked }) => marked === null),
  });
  for (const [done, { scope, marked, analysed }] of scopes.entries()) {
    yield { type: 'progress', stage: nameOf(scope), done, total: scopes.length };
    const { project: of } = scope;
    const small = readSmallStreams(reader, { project: of, scope, rules, catalogue, analysed });
    // Its fault is taken up below; until then it must not count as unhandled.
    small.catch(() => {});
    const measured = async (): Promise<Measured> => measuredIn(await small) ?? readMeasured(reader, of, scope);
    for await (const event of readIssues({ reader, project: of, scope, rules }, marked))
      yield saysNothing(event) ? contradicted(event, await measured()) : event;
    for (const event of await rulesOf(reader, rules, await small))
      yield saysNothing(event) ? contradicted(event, await measured()) : event;
  }
  if (reader.request.purpose === 'ingest') yield* rules.finish();
}

/** The reader without what is tried alone and is still closed; null where nothing is left to read. */
async function* openOf(reader: Reader, project: string): AsyncGenerator<SliceEvent, Reader | null> {
  const { unread } = reader.request;
  if (unread?.only !== true) return reader;
  const { events, open } = await findStillClosed(reader, project, unread.places);
  yield* events;
  return open.length === 0 ? null : { ...reader, request: { ...reader.request, unread: { places: open, only: true } } };
}

/** A branch of which something could not be read and that is gone since, or has another id: the others tell what became of it. */
function wholeWithout(reader: Reader, { scopes }: BranchListing): Reader {
  const { unread } = reader.request;
  if (unread === undefined || unread.places.every((place) => scopes.some(({ key }) => key === place.scope)))
    return reader;
  return { ...reader, request: { ...reader.request, unread: { ...unread, only: false } } };
}

async function* readCounts(reader: Reader, project: string): AsyncGenerator<SliceEvent> {
  const listing = yield* listScopes(reader, project, 'branches');
  if (listing === null) return;
  for (const scope of readable(reader, listing)) {
    yield await readIssueCounts(reader, scope.project, scope);
    yield* await readHotspotCounts(reader, scope.project, scope);
  }
}

/** Null for a project that is gone or may not be seen. */
async function* listScopes(
  reader: Reader,
  project: string,
  stream: 'branches' | 'analysis_history',
): AsyncGenerator<SliceEvent, BranchListing | null> {
  try {
    const withGate = stream === 'branches' && reader.request.purpose !== 'count';
    return await listBranches(reader, project, { withGate });
  } catch (error) {
    // A fault of the server is the task's, to be tried again: it says nothing about what may be read.
    if (!isClosed(error) && !isPlumblineError(error, 'project_not_found')) throw error;
    yield { ...unavailable(stream, '', await explainAbsence(reader, project, error)), hidesOthers: true };
    return null;
  }
}

/** Which project it is about. One that a list still names and that answers 404 is one that the token may not see. */
async function explainAbsence(reader: Reader, project: string, error: PlumblineError): Promise<PlumblineError> {
  const upstream = error.upstream === undefined ? {} : { upstream: error.upstream };
  const refused = (message: string): PlumblineError =>
    new PlumblineError('invalid_permissions', {
      message: `The token may not browse “${project}”: ${message}`,
      ...upstream,
    });
  if (error.code === 'invalid_permissions') return refused(error.message);
  if (error.code !== 'project_not_found' || !(await isKnown(reader, project))) return error;
  return refused('a list names it, and asked for it is unknown.');
}

/** Never analysed means nothing to read; an unlisted main branch (no name) is asked all the same. */
function readable(reader: Reader, listing: BranchListing): ScopeRef[] {
  return listing.scopes
    .filter((scope) => scope.isMain || reader.settings.branches === 'all')
    .filter((scope) => scope.analyzedAt !== null || (scope.isMain && scope.name === null));
}

/** No numbers of days are made of it, so that its measures have no past. */
const isPullRequest = ({ kind, companion }: ScopeRef): boolean => companion || kind === 'pull_request';

/** As people call it. */
function nameOf({ kind, name, companion, project }: ScopeRef): string {
  if (companion) return project;
  return kind === 'pull_request' ? `pull request ${name}` : (name ?? 'main branch');
}

interface DueScope {
  scope: ScopeRef;
  marked: BookmarkedScope | null;
  /** Analysed since its last reading, or never read. */
  analysed: boolean;
}

/**
 * What there is to read: scopes with a new analysis or another gate status, the main branch, whose changes by hand the
 * server-wide feed shows, those in which a poll has seen a change, and those of which something could not be read.
 */
async function dueScopes(reader: Reader, scopes: readonly ScopeRef[]): Promise<DueScope[]> {
  const due: DueScope[] = [];
  const { unread } = reader.request;
  for (const scope of scopes) {
    const lost = unread?.places.some((place) => place.scope === scope.key) ?? false;
    if (unread?.only === true && !lost) continue;
    const marked = await readBookmark(reader, scope.key);
    const analysed = marked === null || scope.analyzedAt !== marked.bookmark.analyzedAt;
    const touched = marked?.touchedAt != null && marked.touchedAt >= marked.bookmark.since;
    const gateMoved = marked !== null && scope.gateStatus !== marked.bookmark.gateStatus;
    if (analysed || touched || gateMoved || lost || scope.isMain) due.push({ scope, marked, analysed });
  }
  return due;
}

interface SmallStreams {
  project: string;
  scope: ScopeRef;
  /** False: only what a change by hand can move is read. */
  analysed: boolean;
  rules: RuleBook;
  catalogue: Promise<ReadonlySet<string>> | null;
}

/** Everything but the issues: a handful of calls that run beside the listing. */
async function readSmallStreams(
  reader: Reader,
  { project, scope, catalogue, analysed }: SmallStreams,
): Promise<SliceEvent[]> {
  const of = (stream: string): { stream: string; scope: string } => ({ stream, scope: scope.key });
  const events = await Promise.all([
    readStream(reader, of('analyses'), () => readNewestAnalysis(reader, project, scope)),
    catalogue === null
      ? []
      : readStream(reader, of('measures'), async () =>
          readMeasures(reader, project, { scope, catalogue: await catalogue }),
        ),
    (await mayHaveHotspots(reader, scope, analysed))
      ? readStream(reader, of('hotspots'), () => readHotspots(reader, project, scope))
      : [],
  ]);
  return events.flat();
}

/** Only an analysis makes hotspots: where none was since they were read, none is. */
async function mayHaveHotspots({ request }: Reader, scope: ScopeRef, analysed: boolean): Promise<boolean> {
  if (analysed || request.stored === undefined || wasUnread(request, 'hotspots', scope.key)) return true;
  return Object.keys(await request.stored.counts('hotspots', scope.key)).length > 0;
}

/** The rules of hotspots are written before the hotspots end, so that an interrupted attempt misses none. */
async function rulesOf(reader: Reader, rules: RuleBook, events: SliceEvent[]): Promise<SliceEvent[]> {
  if (reader.request.purpose === 'audit') return events;
  for (const event of events) {
    if (event.type !== 'records' || event.stream !== 'hotspots') continue;
    for (const record of event.records as { rule: string | null }[]) {
      if (record.rule !== null) rules.see(record.rule, 'SECURITY_HOTSPOT');
    }
  }
  return [...(await rules.flush()), ...events];
}

/** Part `history` of a project: analyses with their gates, and measures, as far back as is wanted. */
export async function* readHistory(asked: Reader): AsyncGenerator<SliceEvent> {
  const main = projectOf(asked.request.slice);
  const reader = yield* openOf(asked, main);
  if (reader === null) return;
  const catalogue = readCatalogue(reader);
  catalogue.catch(() => {});
  const listing = yield* listScopes(reader, main, 'analysis_history');
  if (listing === null) return;
  for (const scope of readable(reader, listing)) {
    const { project } = scope;
    const of = (stream: string): { stream: string; scope: string } => ({ stream, scope: scope.key });
    const [analyses, measures] = await Promise.all([
      historySince(reader, project, { scope, stream: 'analysis_history' }),
      isPullRequest(scope) ? null : historySince(reader, project, { scope, stream: 'measure_history' }),
    ]);
    const pages =
      analyses !== null && analyses.since.getTime() === measures?.since.getTime()
        ? await readBoth(reader, project, { scope, since: analyses.since, catalogue })
        : null;
    const read = await Promise.all([
      analyses === null
        ? []
        : readStream(reader, of('analysis_history'), () =>
            readAnalysisHistory(reader, project, { scope, since: analyses.since, pages }),
          ),
      measures === null
        ? []
        : readStream(reader, of('measure_history'), async () =>
            readMeasureHistory(reader, project, { scope, ...measures, catalogue: await catalogue, pages }),
          ),
    ]);
    yield* read.flat();
  }
}

/**
 * Measures and gates of the same analyses come in one answer. Null when there is none: then each is asked for alone, so
 * that what is wrong with the one does not take the other away.
 */
async function readBoth(
  reader: Reader,
  project: string,
  { scope, since, catalogue }: { scope: ScopeRef; since: Date; catalogue: Promise<ReadonlySet<string>> },
): Promise<MeasurePages | null> {
  try {
    const metrics = [...gateMetrics, ...wantedHistory(await catalogue)];
    return await readMeasurePages(reader, project, { scope, since, metrics });
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    return null;
  }
}

const HistoryBookmark = z.object({
  analyzedAt: z.string(),
  release: z.string().nullable(),
  from: z.string().nullable(),
});

interface Past {
  /** What is read begins here. */
  since: Date;
  /** With what is stored no analysis is left out from here on, as `historyBookmark` takes it. */
  from: string | null;
}

/**
 * From when on the past of a scope is not stored yet: from the newest analysis at the last reading on; at first from the
 * last analysis before the time that is wanted, because what it counted held until the next one. Null: there is nothing
 * new. What housekeeping thins out at the server stays with us.
 */
async function historySince(
  reader: Reader,
  project: string,
  { scope, stream }: { scope: ScopeRef; stream: 'analysis_history' | 'measure_history' },
): Promise<Past | null> {
  const { since } = reader.request;
  const kept = await reader.request.stored?.bookmark(stream, scope.key);
  const bookmark = HistoryBookmark.safeParse(kept?.value);
  if (!bookmark.success || bookmark.data.release !== releaseOf(reader.server.version))
    return wholePast(reader, project, scope);
  if (bookmark.data.analyzedAt === scope.analyzedAt) return null;
  const newest = new Date(bookmark.data.analyzedAt);
  return { since: newest > since ? newest : since, from: bookmark.data.from };
}

async function wholePast(reader: Reader, project: string, scope: ScopeRef): Promise<Past> {
  const { since } = reader.request;
  if (isPullRequest(scope)) return { since, from: null };
  const before = await lastAnalysisBefore(reader, project, { scope, moment: since });
  if (before === 'none') return { since, from: '-infinity' };
  return before === null ? { since, from: null } : { since: before, from: before.toISOString() };
}
