import { isListingBelieved } from '../ingestion/index.ts';
import type { Difference, PublishContext, ScopeComparison, StreamOutcome } from '../ingestion/sink.ts';
import { compareImages, type DifferingValue } from './compare-images.ts';
import { newestStaged } from './staged.ts';

interface Compared {
  source_key: string;
  stored: string | null;
  source: string | null;
}

const place = (stream: string): { stream: string; scope: string } => ({ stream, scope: '' });

/** Only what was read can be compared: a stream that was refused is no empty one. */
function outcomeOf(context: PublishContext, stream: string): StreamOutcome | undefined {
  return context.outcomes.find((one) => one.stream === stream && one.outcome === 'complete');
}

/** Which repositories of the registry are not stored, or stored and gone. */
export async function compareRepositories(context: PublishContext): Promise<ScopeComparison[]> {
  const { tx, taskId, integrationId } = context;
  const outcome = outcomeOf(context, 'repositories');
  if (outcome === undefined) return [];
  const rows = await tx.query<Compared>(
    `select coalesce(r.source_key, n.source_key) as source_key, r.source_key as stored, n.source_key as source
       from (${newestStaged('repositories')}) n
       full join (select * from images.repositories where integration_id = $2 and deleted_at is null) r on r.source_key = n.source_key
      order by 1`,
    [taskId, integrationId],
  );
  const { retained } = await tx.one<{ retained: number }>(
    'select count(*) as retained from images.repositories where integration_id = $1 and deleted_at is not null',
    [integrationId],
  );
  return [{ ...toComparison('repositories', told(context, outcome, rows)), label: 'repositories', retained }];
}

/** Where tags point, and every column of what is stored of the images they point to. Changes neither. */
export async function compareRepository(context: PublishContext): Promise<ScopeComparison[]> {
  const { tx, taskId, integrationId, slice } = context;
  const name = slice.replace(/^repository:/, '');
  const repository = await tx.maybeOne<{ id: number }>(
    'select id from images.repositories where integration_id = $1 and source_key = $2',
    [integrationId, name],
  );
  const repositoryId = repository?.id;
  const comparisons: ScopeComparison[] = [];
  const tags = outcomeOf(context, 'image_tags');
  if (tags !== undefined) {
    const rows = await tx.query<Compared>(
      `select coalesce(t.name, n.source_key) as source_key, t.digest as stored, n.record ->> 'digest' as source
         from (${newestStaged('image_tags')}) n
         full join (select t.name, i.digest from images.tag_periods t join images.images i on i.id = t.image_id
                     where t.repository_id = $2 and t.to_at is null) t on t.name = n.source_key
        order by 1`,
      [taskId, repositoryId ?? null],
    );
    comparisons.push({ ...toComparison('image_tags', told(context, tags, rows)), label: name, retained: 0 });
  }
  if (outcomeOf(context, 'images') !== undefined) {
    const { images, differing } = await compareImages(tx, { taskId, repositoryId });
    const { retained } = await tx.one<{ retained: number }>(
      'select count(*) as retained from images.images where repository_id = $1 and untagged_at is not null',
      [repositoryId ?? null],
    );
    comparisons.push({ ...imageComparison(images, differing), label: name, retained });
  }
  return comparisons;
}

/** A list that was cut off tells what is on it, and nothing of what is not. */
function told({ setAside }: PublishContext, outcome: StreamOutcome, rows: readonly Compared[]): readonly Compared[] {
  if (isListingBelieved(outcome, setAside.get(`${outcome.stream} `) ?? 0)) return rows;
  return rows.filter(({ source }) => source !== null);
}

type Counted = Pick<ScopeComparison, 'stream' | 'scope' | 'source' | 'stored' | 'differences'>;

function toComparison(stream: string, rows: readonly Compared[]): Counted {
  const differing = rows.filter((row) => row.stored !== row.source);
  return {
    ...place(stream),
    source: rows.filter((row) => row.source !== null).length,
    stored: rows.filter((row) => row.stored !== null).length,
    differences: differing.map((row) => toDifference(stream, row)),
  };
}

function toDifference(stream: string, { source_key: sourceKey, stored, source }: Compared): Difference {
  if (stored === null) return { ...place(stream), sourceKey, kind: 'missing', fields: [] };
  if (source === null) return { ...place(stream), sourceKey, kind: 'invented', fields: [] };
  return { ...place(stream), sourceKey, kind: 'changed', fields: [{ name: 'digest', stored, source }] };
}

/** Fields named of one image; all of them say that it is to be stored again. */
const shownFields = 20;

function imageComparison(images: number, differing: readonly DifferingValue[]): Counted {
  const byImage = Map.groupBy(differing, ({ digest }) => digest);
  const differences = [...byImage].map(([sourceKey, values]): Difference => {
    const isMissing = values.some(({ name, stored }) => name === 'digest' && stored === null);
    const fields = values.slice(0, shownFields).map(({ name, stored, source }) => ({ name, stored, source }));
    return { ...place('images'), sourceKey, kind: isMissing ? 'missing' : 'changed', fields: isMissing ? [] : fields };
  });
  const missing = differences.filter(({ kind }) => kind === 'missing').length;
  return { ...place('images'), source: images, stored: images - missing, differences };
}
