import type { Queryable } from '../../../platform/database/index.ts';
import { registryHost } from '../../../domain/image-reference.ts';
import type { KnownImage, Mention, TagPeriod } from './references.ts';

/** Host of each registry as references name it, by integration. */
export async function registryHosts(db: Queryable): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; url: string | null }>(
    `select id, url from shared.integrations where kind = 'oci-registry'`,
  );
  return new Map(rows.map(({ id, url }) => [id, hostOf(url ?? '')]));
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : (registryHost(parsed.host) ?? parsed.host);
}

/** What is known of images that any of these mentions may mean. */
export async function lookUp(
  db: Queryable,
  mentions: readonly Mention[],
): Promise<{ images: KnownImage[]; periods: TagPeriod[] }> {
  if (mentions.length === 0) return { images: [], periods: [] };
  const hosts = await registryHosts(db);
  const host = (integrationId: number): string => hosts.get(integrationId) ?? '';
  const digests = [...new Set(mentions.flatMap(({ digest }) => digest ?? []))];
  const images = digests.length === 0 ? [] : await imagesWith(db, digests);
  const tagged = mentions.filter(({ digest, tag }) => digest === null && tag !== null);
  const pairs = tagged.flatMap(({ repositories, tag }) =>
    repositories.map((repository) => ({ repository, tag: tag ?? '' })),
  );
  const periods = pairs.length === 0 ? [] : await periodsOf(db, pairs);
  return {
    images: images.map(({ integrationId, ...image }) => ({ ...image, host: host(integrationId) })),
    periods: periods.map(({ integrationId, ...period }) => ({ ...period, host: host(integrationId) })),
  };
}

function imagesWith(
  db: Queryable,
  digests: readonly string[],
): Promise<(Omit<KnownImage, 'host'> & { integrationId: number })[]> {
  return db.query(
    `select i.id as "imageId", i.integration_id as "integrationId", i.repository, i.digest,
            array(select distinct p.digest from shared.image_platforms p where p.image_id = i.id order by 1) as platforms
       from shared.images i
      where i.id in (select n.id from shared.images n where n.digest = any ($1)
                     union select p.image_id from shared.image_platforms p where p.digest = any ($1))
      order by i.id`,
    [digests],
  );
}

function periodsOf(
  db: Queryable,
  pairs: readonly { repository: string; tag: string }[],
): Promise<(Omit<TagPeriod, 'host'> & { integrationId: number })[]> {
  return db.query(
    `select i.id as "imageId", t.integration_id as "integrationId", t.repository, t.name as tag, t.from_at as "from", t.to_at as "to"
       from (select distinct * from jsonb_to_recordset($1::jsonb) as w (repository text, tag text)) w
       join shared.image_tag_periods t on t.repository = w.repository and t.name = w.tag
       join shared.images i on i.id = t.image_id
      order by t.repository, t.name, t.from_at, i.id`,
    [JSON.stringify(pairs)],
  );
}
