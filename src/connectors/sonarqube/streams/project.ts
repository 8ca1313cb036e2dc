import type { SliceEvent } from '../../contract.ts';
import { isDone, type Reader, type ScopeRef, readStream, takesStreamAway, unavailable } from '../reader.ts';
import { readAnalysisHistory, readNewestAnalysis } from './analyses.ts';
import { type BranchListing, listBranches } from './branches.ts';
import { projectOf } from './discovery.ts';
import { readHotspots } from './hotspots.ts';
import { readIssues } from './issues.ts';
import { readCatalogue, readMeasureHistory, readMeasures } from './measures.ts';
import { createRuleBook, type RuleBook } from './rules.ts';

/** Part `current` of a project: how each of its branches and pull requests stands now. */
export async function* readCurrent(reader: Reader): AsyncGenerator<SliceEvent> {
  const project = projectOf(reader.request.slice);
  const catalogue = reader.request.purpose === 'audit' ? null : readCatalogue(reader);
  catalogue?.catch(() => {});
  const listing = yield* listScopes(reader, project, 'branches');
  if (listing === null) return;
  if (!isDone(reader, 'branches', '')) yield* listing.events;
  const rules = createRuleBook(reader);
  const scopes = readable(reader, listing);
  for (const [done, scope] of scopes.entries()) {
    yield { type: 'progress', stage: scope.key, done, total: scopes.length };
    const small = readSmallStreams(reader, { project, scope, rules, catalogue });
    // Its fault is taken up below; until then it must not count as unhandled.
    small.catch(() => {});
    yield* readIssues({ reader, project, scope, rules });
    yield* await rulesOf(reader, rules, await small);
  }
  if (reader.request.purpose === 'ingest') yield* rules.finish();
}

/** Null for a project that is gone or may not be seen. */
async function* listScopes(
  reader: Reader,
  project: string,
  stream: 'branches' | 'analysis_history',
): AsyncGenerator<SliceEvent, BranchListing | null> {
  try {
    return await listBranches(reader, project, { withGate: stream === 'branches' });
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    yield unavailable(stream, '', error);
    return null;
  }
}

/** Never analysed means nothing to read; an unlisted main branch (no name) is asked all the same. */
function readable(reader: Reader, listing: BranchListing): ScopeRef[] {
  return listing.scopes
    .filter((scope) => scope.isMain || reader.settings.branches === 'all')
    .filter((scope) => scope.analyzedAt !== null || (scope.isMain && scope.name === null));
}

interface SmallStreams {
  project: string;
  scope: ScopeRef;
  rules: RuleBook;
  catalogue: Promise<ReadonlySet<string>> | null;
}

/** Everything but the issues: a handful of calls that run beside the listing. */
async function readSmallStreams(reader: Reader, { project, scope, catalogue }: SmallStreams): Promise<SliceEvent[]> {
  const of = (stream: string): { stream: string; scope: string } => ({ stream, scope: scope.key });
  const events = await Promise.all([
    readStream(reader, of('analyses'), () => readNewestAnalysis(reader, project, scope)),
    catalogue === null
      ? []
      : readStream(reader, of('measures'), async () =>
          readMeasures(reader, project, { scope, catalogue: await catalogue }),
        ),
    readStream(reader, of('hotspots'), () => readHotspots(reader, project, scope)),
  ]);
  return events.flat();
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
export async function* readHistory(reader: Reader): AsyncGenerator<SliceEvent> {
  const project = projectOf(reader.request.slice);
  const catalogue = readCatalogue(reader);
  catalogue.catch(() => {});
  const listing = yield* listScopes(reader, project, 'analysis_history');
  if (listing === null) return;
  for (const scope of readable(reader, listing)) {
    const of = (stream: string): { stream: string; scope: string } => ({ stream, scope: scope.key });
    const read = await Promise.all([
      readStream(reader, of('analysis_history'), () => readAnalysisHistory(reader, project, scope)),
      scope.kind === 'pull_request'
        ? []
        : readStream(reader, of('measure_history'), async () =>
            readMeasureHistory(reader, project, { scope, catalogue: await catalogue }),
          ),
    ]);
    yield* read.flat();
  }
}
