import type { Queryable, Tx } from '../../platform/database/index.ts';
import { mergeListing, tableListing, type TableSpec } from '../ingestion/index.ts';
import type {
  Holdings,
  PublishContext,
  PublishSummary,
  ScopeComparison,
  Sink,
  StoredThing,
  StreamOutcome,
  StreamPublished,
} from '../ingestion/sink.ts';
import { imagePublished, imageTagsMoved } from './change.ts';
import { compareRepositories, compareRepository } from './compare.ts';
import { imageListing } from './store-images.ts';
import { tagListing } from './store-tags.ts';
import { leaveOutRepositories, leaveOutTags, watchedRepositories } from './left-out.ts';
import { closeRepositories, returnedRepositories } from './vanished.ts';

/** Stores what the registry connector's streams yield. */
export function createRegistrySink(): Sink {
  return {
    connector: 'oci-registry',
    streams: ['repositories', 'images', 'image_tags'],
    publish: (context) => (context.phase === 'discovery' ? publishRepositories(context) : publishRepository(context)),
    compare: (context): Promise<ScopeComparison[]> =>
      context.phase === 'discovery' ? compareRepositories(context) : compareRepository(context),
    // Nothing here is summed up.
    aggregate: async () => false,
    holdings: holdingsOf,
    known: watchedRepositories,
    locate,
  };
}

/** Of an integration. */
const repositories: TableSpec = {
  table: 'images.repositories',
  identity: ['integration_id'],
  softDelete: true,
  shape: 'name text',
  columns: [],
  stamped: true,
};

/** Keys that the settings leave out. */
const outsideOf = ({ outside }: StreamOutcome): string[] => (outside ?? []).map(({ key }) => key);

const completed = (context: PublishContext): StreamOutcome[] =>
  context.outcomes.filter((outcome) => outcome.outcome === 'complete');

async function publishRepositories(context: PublishContext): Promise<PublishSummary> {
  const outcome = completed(context).find(({ stream }) => stream === 'repositories');
  if (outcome === undefined) return { streams: [], changes: [] };
  const { tx, integrationId } = context;
  const returned = await returnedRepositories(tx, context);
  const left = await leaveOutRepositories(tx, integrationId, outsideOf(outcome));
  const gone: number[] = [];
  const { absence, ...listing } = tableListing(repositories, [integrationId]);
  if (absence === undefined) throw new Error('repositories keep a trace of what the source dropped');
  const merged = await mergeListing(context, outcome, {
    ...listing,
    absence: {
      ...absence,
      async mark(publish, absent) {
        gone.push(...(await closeRepositories(tx, integrationId, absent)));
        await absence.mark(publish, absent);
      },
    },
  });
  return {
    streams: [merged],
    changes: imageChanges([...gone, ...left]),
    returned: returned.map((name) => `repository:${name}`),
  };
}

function imageChanges(ids: Iterable<number>): PublishSummary['changes'] {
  return [...ids].toSorted((a, b) => a - b).map((id) => ({ kind: imagePublished, id }));
}

async function publishRepository(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId } = context;
  const repository = await findRepository(tx, integrationId, context.slice);
  // The repositories are published before their slices are read; without a row there is nothing to hang images on.
  if (repository === undefined) throw new Error(`no repository is stored for slice ${context.slice}`);
  const streams: StreamPublished[] = [];
  const changed = new Set<number>();
  const outcomeOf = (stream: string): StreamOutcome | undefined =>
    completed(context).find((outcome) => outcome.stream === stream);
  // Images come first: a tag is moved to an image that is there.
  const images = outcomeOf('images');
  if (images !== undefined) streams.push(await mergeListing(context, images, imageListing(repository, changed)));
  const tags = outcomeOf('image_tags');
  if (tags !== undefined) {
    await leaveOutTags(tx, repository, outsideOf(tags));
    streams.push(await mergeListing(context, tags, tagListing(repository)));
    const held = streams.some(({ stream, held }) => stream === 'images' && held) ? (images?.gone ?? []) : [];
    await noteUntagged(tx, repository, held);
  }
  const moved = (await imagesWithMovedTags(tx, repository)).filter((id) => !changed.has(id));
  return { streams, changes: [...imageChanges(changed), ...moved.map((id) => ({ kind: imageTagsMoved, id }))] };
}

/** Where tags came and went in this transaction: only its own rows have exactly this time. */
async function imagesWithMovedTags(tx: Tx, repository: number): Promise<number[]> {
  const rows = await tx.query<{ id: number }>(
    'select distinct image_id as id from images.tag_periods where repository_id = $1 and (from_at = now() or to_at = now()) order by 1',
    [repository],
  );
  return rows.map(({ id }) => id);
}

/**
 * Notes since when no tag points to an image. One whose disappearance is held keeps its place among the tagged: those the
 * registry is asked for again.
 */
async function noteUntagged(tx: Tx, repository: number, held: readonly string[]): Promise<void> {
  await tx.execute(
    `update images.images i set untagged_at = case when tagged then null else now() end
       from (select i.id, exists (select from images.tag_periods t where t.image_id = i.id and t.to_at is null) as tagged
               from images.images i where i.repository_id = $1) now_tagged
      where i.id = now_tagged.id and tagged = (i.untagged_at is not null) and (tagged or i.digest <> all ($2::text[]))`,
    [repository, held],
  );
}

async function findRepository(tx: Queryable, integrationId: number, slice: string): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    'select id from images.repositories where integration_id = $1 and source_key = $2',
    [integrationId, slice.replace(/^repository:/, '')],
  );
  return row?.id;
}

/** Of a repository, by stream; $1 integration, $2 repository, $3 the key before, $4 keys or null. */
const storedRows: Readonly<Record<string, string>> = {
  // Its status is its evidence. Without keys, those that a tag points to.
  images: `select i.digest as key, i.evidence as status from images.images i
             join images.repositories r on r.id = i.repository_id and r.integration_id = $1 and r.source_key = $2
            where i.gone_at is null and i.digest > $3
              and case when $4::text[] is null then i.untagged_at is null else i.digest = any ($4) end`,
  // The status of a platform: the images that hold it.
  platforms: `select p.digest as key, string_agg(distinct i.digest, ' ') as status from images.images i
                join images.repositories r on r.id = i.repository_id and r.integration_id = $1 and r.source_key = $2
                join images.platforms p on p.image_id = i.id
               where p.digest > $3 and ($4::text[] is null or p.digest = any ($4)) group by 1`,
  // Those there are now.
  image_tags: `select t.name as key, '' as status from images.tag_periods t
                 join images.repositories r on r.id = t.repository_id
                where r.integration_id = $1 and r.source_key = $2 and t.to_at is null
                  and t.name > $3 and ($4::text[] is null or t.name = any ($4))`,
};

/** What is stored of a repository. */
function holdingsOf(db: Queryable, integrationId: number, slice: string): Holdings {
  const name = slice.replace(/^repository:/, '');
  return {
    counts: async () => ({}),
    async rows(stream, _scope, { keys, ...others }, { after, limit }) {
      const select = storedRows[stream];
      if (select === undefined || Object.keys(others).length > 0) throw new Error(`${stream} are not listed like this`);
      if (keys?.length === 0) return [];
      return db.query(`${select} order by 1 limit $5`, [integrationId, name, after, keys ?? null, limit]);
    },
  };
}

/** By digest, by `repository`, or by `repository:tag`. */
async function locate(tx: Tx, integrationId: number, text: string): Promise<StoredThing[]> {
  const wanted = text.trim();
  const rows = await tx.query<{
    id: number;
    repository: string;
    digest: string;
    run_id: number | null;
    tags: string[];
  }>(
    `select i.id, r.source_key as repository, i.digest, i.run_id,
            array(select t.name from images.tag_periods t where t.image_id = i.id and t.to_at is null order by 1) as tags
       from images.images i join images.repositories r on r.id = i.repository_id
      where i.integration_id = $1 and i.kind = 'image'
        and (i.digest = $2 or exists (
          select from images.tag_periods t where t.image_id = i.id and t.to_at is null and r.source_key || ':' || t.name = $2))
      order by i.id desc limit 20`,
    [integrationId, wanted],
  );
  return rows.map(({ id, repository, digest, run_id: runId, tags }) => ({
    kind: 'image',
    id,
    label: `${repository}@${digest}`,
    projectId: null,
    runId,
    facts: { repository, digest, tags: tags.join(', ') },
  }));
}
