import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { randomOf } from '../../../test/support/random.ts';
import * as crowd from '../../../test/support/trace-crowd.ts';
import type { Told } from '../../../test/support/trace-world.ts';
import { layTrueLines } from '../../../test/trace/true-lines.ts';
import { layTrueLinks, wrongLinks } from '../../../test/trace/true-links.ts';
import type { TraceAnswer } from './contract.ts';
import { rebuildLinks } from './links/rebuild.ts';
import { traceReactions, traceReactsTo } from './reactions.ts';
import { trace } from './reading/trace.ts';

/**
 * So many pull requests, four times as many commits, twice as many images, six deployments to ten pull requests: with
 * TRACE_TRUTH=5000 there are 20,000 commits, 10,000 images and 3,000 deployments.
 */
const pullRequests = Number(process.env['TRACE_TRUTH'] ?? 75);
const sizes = { pullRequests, images: pullRequests * 2, deployments: Math.round(pullRequests * 0.6) };
/** What comes before this part of 1 is looked at by the nightly job and not one by one, which takes hours for 20,000 commits. */
const grownFrom = Number(process.env['TRACE_GROWN_FROM'] ?? 0);
/** Of lines each so manieth is asked for. */
const every = Number(process.env['TRACE_EVERY'] ?? 1);
const seed = Number(process.env['TRACE_SEED'] ?? Date.now() % 1_000_000);
const now = new Date('2027-06-01T00:00:00Z');

let clone: TestDatabase;
beforeAll(async () => {
  clone = await cloneDatabase();
  await grow(randomOf(seed));
}, 3_600_000);
afterAll(() => clone?.drop());

/** What happens comes in parts, kinds in any order, and is reacted to in any order and at any time, some of it twice. */
async function grow(random: () => number): Promise<void> {
  console.log(`TRACE_SEED=${seed}`);
  const { db } = clone;
  const waiting = new Map<string, { name: string; key: string }>();
  const ask = (name: string, key: string): void => void waiting.set(`${name} ${key}`, { name, key });
  const reactions = new Map(
    traceReactions({ db, enqueue: async (_db, name, key) => ask(name, key) }).map(({ name, handle }) => [name, handle]),
  );
  const react = async (share: number): Promise<void> => {
    const order = [...waiting].map((one) => ({ one, at: random() })).toSorted((a, b) => a.at - b.at);
    for (const { one } of order.slice(0, Math.ceil(order.length * share))) {
      const [id, { name, key }] = one;
      waiting.delete(id);
      await reactions.get(name)?.(key, new AbortController().signal);
      if (random() < 0.02) ask(name, key);
    }
  };
  const tell = (told: readonly Told[]): void => {
    for (const { kind, id } of told) ask(traceReactsTo[kind] ?? kind, String(id));
  };
  await crowd.layGround(db, sizes);
  const cuts = grownFrom === 0 ? [0, 0.3, 0.7, 1] : [0, grownFrom, 1];
  for (const [part, from] of cuts.slice(0, -1).entries()) {
    const kinds = crowd.everyKind.map((kind) => ({ kind, at: random() })).toSorted((a, b) => a.at - b.at);
    const nightly = from < grownFrom;
    for (const { kind } of kinds) {
      tell(await crowd.addPart(db, sizes, { from, to: cuts[part + 1] ?? 1, kinds: [kind] }));
      if (!nightly) await react(0.3);
    }
    if (nightly) {
      waiting.clear();
      await rebuildLinks(db);
    }
    await db.execute('analyze');
    tell(await crowd.changeCrowd(db, part));
    await react(0.6);
  }
  while (waiting.size > 0) await react(1);
}

const words = ({ line }: TraceAnswer): { links: string[]; missing: string[] } => ({
  // A deployment that ran twice is linked to its environment twice.
  links: [
    ...new Set(
      (line?.links ?? []).map(({ kind, from, to, certainty, note }) =>
        [kind, from, to, certainty, note].filter((one) => one !== null).join(' '),
      ),
    ),
  ].toSorted(),
  missing: [...new Set((line?.missing ?? []).map(({ at, expects, code }) => `${at} ${expects} ${code}`))].toSorted(),
});

describe('against a join over what people can query', () => {
  beforeAll(async () => {
    await layTrueLinks(clone.db, crowd.crowdHosts);
    await layTrueLines(clone.db);
  }, 3_600_000);

  it('the index that grew says every link and no other, and so does one that is made from nothing', {
    timeout: 3_600_000,
  }, async () => {
    expect(await wrongLinks(clone.db)).toEqual({ said: [], unsaid: [] });
    const mentions = () =>
      clone.db.query('select * from trace.mentions order by owner, owner_id, repository, tag, digest, from_at');
    const grown = await mentions();
    await clone.db.execute('truncate trace.links, trace.mentions');
    await rebuildLinks(clone.db);
    expect(await wrongLinks(clone.db)).toEqual({ said: [], unsaid: [] });
    expect(await mentions()).toEqual(grown);
  });

  it('every line goes through what it should, and says why it ends where it does', { timeout: 3_600_000 }, async () => {
    const expected = await clone.db.query<{ start: string; links: string[]; missing: string[] }>(
      'select start, links, missing from truth.lines order by start',
    );
    const codes = new Map<string, number>();
    const check = async ({ start, links, missing }: (typeof expected)[number]): Promise<void> => {
      const answer = await trace(clone.db, start, now);
      expect(words(answer), start).toEqual({ links: links.toSorted(), missing: missing.toSorted() });
      expect(answer.line?.cut, start).toEqual([]);
    };
    const asked = expected.filter((_, at) => at % every === 0);
    const atOnce = 4;
    for (let at = 0; at < asked.length; at += atOnce) await Promise.all(asked.slice(at, at + atOnce).map(check));
    for (const { missing } of asked)
      for (const one of missing) codes.set(one.split(' ')[2] ?? '', (codes.get(one.split(' ')[2] ?? '') ?? 0) + 1);
    const { n } = await clone.db.one<{ n: number }>('select count(*) as n from truth.links');
    console.log(`${asked.length} of ${expected.length} lines over ${n} links`, Object.fromEntries(codes));
    expect([...codes.keys()].toSorted()).toEqual([
      'trace_beyond_history',
      'trace_claims_contradict',
      'trace_commit_ambiguous',
      'trace_commit_not_analyzed',
      'trace_image_ambiguous',
      'trace_image_not_read',
      'trace_image_without_provenance',
      'trace_names_no_artifact',
      'trace_never_deployed',
      'trace_no_execution',
      'trace_no_image',
      'trace_no_pull_request',
      'trace_only_pull_request_analyzed',
      'trace_registry_not_connected',
      'trace_repository_not_bound',
      'trace_tag_moved',
      'trace_tag_unknown_then',
    ]);
  });

  it('every station is shown as schema data has it', async () => {
    const stations = await clone.db.query<{ ref: string; title: string; state: string | null }>(
      `select station || ':' || coalesce(station_id::text, station_key) as ref, title, state from data.trace_stations order by 1`,
    );
    const known = new Map(stations.map(({ ref, title, state }) => [ref, { title, state }]));
    const some = stations.filter(({ ref }, at) => at % 17 === 0 && !ref.startsWith('environment'));
    for (const { ref } of some)
      for (const { ref: shown, station, title, state } of (await trace(clone.db, ref, now)).line?.stations ?? []) {
        const { title: whole = '', state: theirs } = known.get(shown) ?? {};
        expect([shown, station === 'image' ? whole.startsWith(title) : whole === title]).toEqual([shown, true]);
        expect([shown, state]).toEqual([shown, theirs]);
      }
    expect(some.length).toBeGreaterThan(20);
  });
});
