import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/support/database.ts';
import type { PublishContext, StreamOutcome, StreamPublished } from '../ingestion/sink.ts';
import { keepHeldAbsences, readHeldAbsences } from '../ingestion/store/held-absences.ts';
import { createRegistrySink } from './index.ts';

let database: TestDatabase;
let taskId = 0;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(() =>
  database.db.execute(
    'truncate images.repositories, ingestion.held_absences, ingestion.stage restart identity cascade',
  ),
);

const sink = createRegistrySink();
const digestOf = (index: number): string => `sha256:${String(index).padStart(64, '0')}`;
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

interface Listed {
  stream: string;
  records: readonly { key: string; record: object }[];
  outcome?: Partial<StreamOutcome>;
}

/** Publishes listings the way a task does. */
async function publish(slice: string, listings: readonly Listed[]): Promise<StreamPublished[]> {
  taskId += 1;
  const task = { integrationId: 1, slice, runId: taskId };
  return database.db.transaction(async (tx) => {
    for (const { stream, records } of listings)
      await tx.execute(
        `insert into ingestion.stage (task_id, stream, scope, seq, source_key, row_hash, record)
         select $1, $2, '', n, key, md5(key)::uuid, record from unnest($3::text[], $4::jsonb[]) with ordinality r (key, record, n)`,
        [taskId, stream, records.map(({ key }) => key), records.map(({ record }) => JSON.stringify(record))],
      );
    const context: PublishContext = {
      tx,
      ...task,
      taskId,
      phase: slice === 'discovery' ? 'discovery' : 'current',
      outcomes: listings.map(({ stream, records, outcome }) => ({
        stream,
        scope: '',
        outcome: 'complete',
        sourceCount: records.length,
        method: 'test',
        proof: 'key_set',
        sourceMoved: false,
        absenceTrusted: true,
        ...outcome,
      })),
      now: new Date(),
      heldAbsences: await readHeldAbsences(tx, task),
      setAside: new Map(),
      trustHashes: true,
    };
    const { streams } = await sink.publish(context);
    await keepHeldAbsences(tx, task, streams);
    return streams;
  });
}

const repositories = (...names: string[]): Listed => ({
  stream: 'repositories',
  records: names.map((name) => ({ key: name, record: { name } })),
});
const tags = (count: number): Listed => ({
  stream: 'image_tags',
  records: range(count).map((index) => ({ key: `v${index}`, record: { name: `v${index}`, digest: digestOf(index) } })),
});
const images = (count: number, gone: string[] = []): Listed => ({
  stream: 'images',
  records: range(count).map((index) => ({
    key: digestOf(index),
    record: {
      digest: digestOf(index),
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      kind: 'image',
      artifactType: null,
      evidence: 'none',
      signatureRequired: false,
      signersKnown: false,
      platforms: [],
      claims: [],
      problem: null,
    },
  })),
  outcome: { sourceCount: null, absenceTrusted: false, coverage: 'changes', gone },
});
const hourLater = (): Promise<number> =>
  database.db.execute("update ingestion.held_absences set held_at = held_at - interval '1 hour'");

describe('a registry of sixty repositories', () => {
  const names = range(60).map((index) => `team/r${index}`);

  it('whose catalogue names one loses none, until the same is said an hour later', async () => {
    await publish('discovery', [repositories(...names)]);
    expect(await publish('discovery', [repositories('team/r0')])).toMatchObject([
      { stream: 'repositories', held: true, gone: 0, stored: 60, missing: { count: 59, before: 60 } },
    ]);
    expect(await publish('discovery', [repositories('team/r0')])).toMatchObject([{ held: true, gone: 0, stored: 60 }]);
    await hourLater();
    expect(await publish('discovery', [repositories('team/r1')])).toMatchObject([{ held: true, gone: 0, stored: 60 }]);
    await hourLater();
    expect(await publish('discovery', [repositories('team/r1')])).toMatchObject([{ held: false, gone: 59, stored: 1 }]);
  });

  it('loses a few at once', async () => {
    await publish('discovery', [repositories(...names)]);
    expect(await publish('discovery', [repositories(...names.slice(5))])).toMatchObject([{ held: false, gone: 5 }]);
    expect(await publish('discovery', [repositories(...names)])).toMatchObject([
      { updated: 5, inserted: 0, stored: 60 },
    ]);
  });

  it('whose listing is not proven loses none', async () => {
    await publish('discovery', [repositories(...names)]);
    const unproven = { ...repositories(...names.slice(5)), outcome: { proof: 'unproven' as const } };
    expect(await publish('discovery', [unproven])).toMatchObject([{ held: false, gone: 0, stored: 60 }]);
  });
});

describe('a repository of sixty-one tags', () => {
  const open = async (): Promise<unknown> =>
    database.db.one(
      `select (select count(*) from images.tag_periods where to_at is null) as tags,
              (select count(*) from images.images where untagged_at is null) as tagged,
              (select count(*) from images.images where gone_at is null) as images`,
    );
  beforeEach(async () => {
    await publish('discovery', [repositories('team/shop')]);
    await publish('repository:team/shop', [images(61), tags(61)]);
  });

  it('that lists one keeps them all, until the same is said an hour later', async () => {
    expect(await publish('repository:team/shop', [images(0), tags(1)])).toMatchObject([
      { stream: 'images', held: false },
      { stream: 'image_tags', held: true, gone: 0, stored: 61, missing: { count: 60, before: 61 } },
    ]);
    expect(await open()).toEqual({ tags: 61, tagged: 61, images: 61 });
    await hourLater();
    await publish('repository:team/shop', [images(0), tags(1)]);
    expect(await open()).toEqual({ tags: 1, tagged: 1, images: 61 });
  });

  it('keeps images that the registry says are gone, all at once, and asks for them again', async () => {
    const gone = range(40).map(digestOf);
    const rest = { ...tags(61), records: tags(61).records.slice(25) };
    const streams = await publish('repository:team/shop', [images(0, gone), rest]);
    expect(streams).toMatchObject([
      { stream: 'images', held: true, gone: 0, stored: 61 },
      { stream: 'image_tags', held: false, gone: 25 },
    ]);
    const holdings = sink.holdings?.(database.db, 1, 'repository:team/shop');
    const asked = await holdings?.rows('images', '', {}, { after: '', limit: 100 });
    expect(asked?.map(({ key }) => key)).toEqual(expect.arrayContaining(gone));
    await hourLater();
    await publish('repository:team/shop', [images(0, gone), rest]);
    expect(await open()).toMatchObject({ images: 21, tagged: 36 });
  });
});
