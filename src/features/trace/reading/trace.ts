import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Line, Link, TraceAnswer } from '../contract.ts';
import { findNamed } from './find-named.ts';
import { findStations } from './find.ts';
import { lineFacts } from './line-facts.ts';
import { missingLinks } from './missing.ts';
import { withCommitPages } from './outside-links.ts';
import { worstStations } from './standing.ts';
import { type Age, integrationNames, namedIntegration, readStations } from './stations.ts';
import { type Ref, refText, understand } from './understand.ts';
import { type StoredLink, type Walked, walk } from './walk.ts';

/**
 * What a text means, and the line through it where it means one thing. Where it may mean several all are named and none is
 * followed. Throws `trace_nothing_found` unless nothing is an answer too.
 */
export async function trace(
  db: Queryable,
  text: string,
  now: Date,
  { mayBeNothing = false, maxAge = null }: { mayBeNothing?: boolean; maxAge?: number | null } = {},
): Promise<TraceAnswer> {
  const answer = await traceOf(db, text, { now, maxAge });
  if (answer.found.length === 0 && !mayBeNothing) throw new PlumblineError('trace_nothing_found');
  return answer;
}

/** The same, where nothing is an answer too, as of any time. */
export async function traceOf(db: Queryable, text: string, age: Age): Promise<TraceAnswer> {
  const refs = await findStations(db, understand(text), age.now);
  const found = await readStations(db, refs, age);
  const start = refs.find((ref) => refText(ref) === found[0]?.ref);
  if (found.length > 1 || start === undefined) return { text, found, line: null };
  return { text, found, line: await lineOf(db, start, age) };
}

/** What a text may mean while somebody types it; nothing is an answer too. */
export async function meanings(db: Queryable, text: string, now: Date): Promise<TraceAnswer> {
  const refs = [...(await findStations(db, understand(text), now)), ...(await findNamed(db, text))];
  const distinct = new Map(refs.map((ref) => [refText(ref), ref]));
  return { text, found: await readStations(db, [...distinct.values()], { now, maxAge: null }), line: null };
}

async function lineOf(db: Queryable, start: Ref, age: Age): Promise<Line> {
  const walked = await walk(db, start);
  const stations = await readStations(db, refsOf(walked), age);
  const shown = new Set(stations.map(({ ref }) => ref));
  const names = await integrationNames(db);
  const links = walked.links
    .flatMap((link) => endsOf(walked, link).map((ends) => shownLink(link, ends, names)))
    .filter(({ from, to }) => shown.has(from) && shown.has(to));
  return {
    start: refText(start),
    worst: worstStations({ start: refText(start), stations, links }),
    stations: withCommitPages(stations, links),
    links,
    missing: missingLinks(await lineFacts(db, walked, age)),
    cut: [...walked.cut].toSorted((a, b) => a.localeCompare(b)),
  };
}

function refsOf(walked: Walked): Ref[] {
  const refs = new Map<string, Ref>();
  const add = (ref: Ref): void => void refs.set(refText(ref), ref);
  add(walked.start);
  for (const key of walked.commits) add({ station: 'commit', key });
  for (const link of walked.links) {
    add({ station: link.from, key: String(link.fromId) });
    for (const { to } of endsOf(walked, link)) add(to);
  }
  return [...refs.values()];
}

/** A link that names the beginning of a commit is shown to each commit of the line that begins like it. */
function endsOf({ commits }: Walked, link: StoredLink): { from: Ref; to: Ref }[] {
  const from: Ref = { station: link.from, key: String(link.fromId) };
  if (link.to !== 'commit' || link.toKey === null)
    return [{ from, to: { station: link.to, key: link.toKey ?? String(link.toId) } }];
  const key = link.toKey;
  const whole = [...commits].filter((commit) => commit.startsWith(key));
  return (whole.length === 0 ? [key] : whole).map((commit) => ({ from, to: { station: 'commit', key: commit } }));
}

function shownLink(link: StoredLink, ends: { from: Ref; to: Ref }, names: ReadonlyMap<number, string>): Link {
  return {
    kind: link.kind,
    from: refText(ends.from),
    to: refText(ends.to),
    certainty: link.certainty,
    note: link.note,
    source: {
      integration: namedIntegration(link.integrationId, names),
      stream: link.stream,
      record: link.record,
    },
    seenAt: link.seenAt.toISOString(),
    validFrom: link.validFrom.toISOString(),
    validTo: link.validTo?.toISOString() ?? null,
  };
}
