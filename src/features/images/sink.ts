import { ImageRecord } from '../../connectors/oci-registry/records.ts';
import type { Queryable, Tx } from '../../platform/database/index.ts';
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
import { imagePublished } from './change.ts';
import { compareRepositories, compareRepository } from './compare.ts';
import { newestStaged } from './staged.ts';
import { type HashedImage, storeImages } from './store-image.ts';
import { closeTags, openTags } from './store-tags.ts';

/** Stores what the registry connector's streams yield. */
export function createRegistrySink(): Sink {
  return {
    connector: 'oci-registry',
    streams: ['repositories', 'images', 'image_tags'],
    publish: (context) => (context.part === 'discovery' ? publishRepositories(context) : publishRepository(context)),
    compare: (context): Promise<ScopeComparison[]> =>
      context.part === 'discovery' ? compareRepositories(context) : compareRepository(context),
    // Nothing here is summed up.
    aggregate: async () => false,
    holdings: holdingsOf,
    locate,
  };
}

const completed = (context: PublishContext): StreamOutcome[] =>
  context.outcomes.filter((outcome) => outcome.outcome === 'complete');

async function publishRepositories(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId, runId, taskId } = context;
  const outcome = completed(context).find(({ stream }) => stream === 'repositories');
  if (outcome === undefined) return { streams: [], changes: [] };
  const values = [taskId, integrationId, runId];
  const staged = newestStaged('repositories');
  const updated = await tx.execute(
    `update images.repositories r set deleted_at = null, row_hash = n.row_hash, run_id = $3, synced_at = now()
       from (${staged}) n
      where r.integration_id = $2 and r.source_key = n.source_key and (r.deleted_at is not null or r.row_hash is distinct from n.row_hash)`,
    values,
  );
  const inserted = await tx.execute(
    `insert into images.repositories (integration_id, source_key, row_hash, run_id)
     select $2, n.source_key, n.row_hash, $3 from (${staged}) n
      where not exists (select from images.repositories r where r.integration_id = $2 and r.source_key = n.source_key)
      order by n.source_key on conflict do nothing`,
    values,
  );
  const gone = outcome.absenceTrusted
    ? await tx.execute(
        `update images.repositories r set deleted_at = now(), run_id = $3
          where r.integration_id = $2 and r.deleted_at is null and not exists (select from (${staged}) n where n.source_key = r.source_key)`,
        values,
      )
    : 0;
  const { stored } = await tx.one<{ stored: number }>(
    'select count(*) as stored from images.repositories where integration_id = $1 and deleted_at is null',
    [integrationId],
  );
  return {
    streams: [{ stream: 'repositories', scope: '', stored, inserted, updated, gone, held: false }],
    changes: [],
  };
}

async function publishRepository(context: PublishContext): Promise<PublishSummary> {
  const { tx, integrationId } = context;
  const repository = await findRepository(tx, integrationId, context.slice);
  // The repositories are published before their slices are read; without a row there is nothing to hang images on.
  if (repository === undefined) throw new Error(`no repository is stored for slice ${context.slice}`);
  const streams: StreamPublished[] = [];
  const changed = new Set<number>();
  for (const outcome of completed(context)) {
    // Images come first: a tag is moved to an image that is there.
    if (outcome.stream === 'images') streams.push(await publishImages(context, repository, outcome, changed));
  }
  for (const outcome of completed(context))
    if (outcome.stream === 'image_tags') streams.push(await publishTags(context, repository, outcome));
  const changes = [...changed].toSorted((a, b) => a - b).map((id) => ({ kind: imagePublished, id }));
  return { streams, changes };
}

/** Images parsed and written at once. */
const batchSize = 200;

async function publishImages(
  { tx, taskId, integrationId, runId, trustHashes }: PublishContext,
  repository: number,
  outcome: StreamOutcome,
  changed: Set<number>,
): Promise<StreamPublished> {
  let inserted = 0;
  let updated = 0;
  for (let after = ''; ; ) {
    const rows = await tx.query<{
      source_key: string;
      row_hash: string;
      record: unknown;
      id: number | null;
      same: boolean;
    }>(
      `select n.source_key, n.row_hash, n.record, i.id, i.row_hash is not distinct from n.row_hash and i.gone_at is null as same
         from (${newestStaged('images')}) n left join images.images i on i.repository_id = $2 and i.digest = n.source_key
        where n.source_key > $3 order by n.source_key limit ${batchSize}`,
      [taskId, repository, after],
    );
    const differing = rows.filter((row) => !row.same || !trustHashes);
    const images = differing.map(
      (row): HashedImage => ({ image: ImageRecord.parse(row.record), rowHash: row.row_hash }),
    );
    for (const id of await storeImages(tx, { integrationId, repositoryId: repository, runId }, images)) changed.add(id);
    inserted += differing.filter((row) => row.id === null).length;
    updated += differing.filter((row) => row.id !== null).length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) break;
    after = last.source_key;
  }
  const gone = await tx.query<{ id: number }>(
    'update images.images set gone_at = now() where repository_id = $1 and digest = any ($2::text[]) and gone_at is null returning id',
    [repository, outcome.gone ?? []],
  );
  for (const { id } of gone) changed.add(id);
  const { stored } = await tx.one<{ stored: number }>(
    'select count(*) as stored from images.images where repository_id = $1 and gone_at is null',
    [repository],
  );
  return { stream: 'images', scope: '', stored, inserted, updated, gone: gone.length, held: false };
}

async function publishTags(
  context: PublishContext,
  repository: number,
  outcome: StreamOutcome,
): Promise<StreamPublished> {
  const { tx, taskId, integrationId } = context;
  const place = { taskId, integrationId, repositoryId: repository };
  const closed = await closeTags(tx, place, outcome.absenceTrusted);
  const opened = await openTags(tx, place);
  await tx.execute(
    `update images.images i set untagged_at = case when tagged then null else now() end
       from (select i.id, exists (select from images.tag_periods t where t.image_id = i.id and t.to_at is null) as tagged
               from images.images i where i.repository_id = $1) now_tagged
      where i.id = now_tagged.id and tagged = (i.untagged_at is not null)`,
    [repository],
  );
  const { stored } = await tx.one<{ stored: number }>(
    'select count(*) as stored from images.tag_periods where repository_id = $1 and to_at is null',
    [repository],
  );
  const updated = Math.min(closed.moved, opened);
  return {
    stream: 'image_tags',
    scope: '',
    stored,
    inserted: opened - updated,
    updated,
    gone: closed.gone,
    held: false,
  };
}

async function findRepository(tx: Queryable, integrationId: number, slice: string): Promise<number | undefined> {
  const row = await tx.maybeOne<{ id: number }>(
    'select id from images.repositories where integration_id = $1 and source_key = $2',
    [integrationId, slice.replace(/^repository:/, '')],
  );
  return row?.id;
}

/**
 * What is stored of a repository. An image's status is its evidence; that of a platform, the images that hold it; keys of
 * `images` are those that a tag points to.
 */
function holdingsOf(db: Queryable, integrationId: number, slice: string): Holdings {
  const name = slice.replace(/^repository:/, '');
  const from = `images.images i join images.repositories r on r.id = i.repository_id and r.integration_id = $1 and r.source_key = $2`;
  return {
    counts: async () => ({}),
    endedBefore: async () => [],
    async statuses(stream, _scope, keys) {
      if (keys.length === 0) return new Map();
      const rows =
        stream === 'platforms'
          ? await db.query<{ key: string; status: string }>(
              `select p.digest as key, string_agg(distinct i.digest, ' ') as status
                 from ${from} join images.platforms p on p.image_id = i.id where p.digest = any ($3) group by 1`,
              [integrationId, name, keys],
            )
          : await db.query<{ key: string; status: string }>(
              `select i.digest as key, i.evidence as status from ${from} where i.digest = any ($3) and i.gone_at is null`,
              [integrationId, name, keys],
            );
      return new Map(rows.map((row) => [row.key, row.status]));
    },
    async keys() {
      const rows = await db.query<{ digest: string }>(
        `select i.digest from ${from} where i.untagged_at is null and i.gone_at is null order by 1`,
        [integrationId, name],
      );
      return rows.map((row) => row.digest);
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
