import type { Queryable } from '../../../platform/database/index.ts';
import { unknownBuilds } from '../links/derive.ts';
import { registryHosts } from '../links/lookup.ts';
import { type Mention, mentionOf } from '../links/references.ts';
import type { NamingOnLine } from './missing.ts';
import type { Walked } from './walk.ts';

interface Put {
  id: number;
  reference: string | null;
  digest: string | null;
  since: Date;
  images: string[] | null;
  moved: boolean | null;
}

/** Deployments with each image that they may have put there, whether the line goes through it or not. */
export async function deploymentsOnLine(db: Queryable, { deployments }: Walked): Promise<NamingOnLine[]> {
  if (deployments.size === 0) return [];
  const rows = await db.query<Put>(
    `select d.id, d.image as reference, d.image_digest as digest, coalesce(d.started_at, d.at) as since, put.images, put.moved
       from shared.deployments d
       left join lateral (
         select array_agg(distinct 'image:' || l.to_id || ' ' || i.repository || '@' || i.digest order by 'image:' || l.to_id || ' ' || i.repository || '@' || i.digest) as images,
                bool_or(l.note = 'tag_moved') as moved
           from trace.links l join shared.images i on i.id = l.to_id
          where l.from_station = 'deployment' and l.from_id = d.id and l.kind = 'deployed') put on true
      where d.id = any ($1) order by d.id`,
    [[...deployments]],
  );
  return named(
    db,
    rows.map(({ id, reference, digest, since, images, moved }) => ({
      at: `deployment:${id}`,
      mention: mentionOf(reference, digest),
      words: reference === null ? digest : digest === null ? reference : `${reference}@${digest}`,
      images: images ?? [],
      since,
      moved: moved === true,
    })),
  );
}

/** What executions say they built and nobody knows; of the one that was asked for also that it names nothing. */
export async function executionsOnLine(db: Queryable, { start, executions, links }: Walked): Promise<NamingOnLine[]> {
  const found = await unknownBuilds(db, [...executions]);
  const unknown = await named(
    db,
    found.unknown.map(({ executionId, mention, words, until }) => ({
      at: `execution:${executionId}`,
      mention,
      words,
      images: [],
      since: until,
      moved: false,
    })),
  );
  const own = Number(start.key);
  const idle =
    start.station === 'execution' && !found.naming.has(own) && !links.some(({ kind }) => kind === 'ran_in')
      ? [{ ...nothing, at: `execution:${own}` }]
      : [];
  return [...unknown, ...idle];
}

const nothing: NamingOnLine = {
  at: '',
  images: [],
  named: null,
  byDigest: false,
  read: false,
  readFrom: null,
  since: new Date(0),
  moved: false,
};

interface Named {
  at: string;
  mention: Mention | null;
  words: string | null;
  images: string[];
  since: Date;
  moved: boolean;
}

async function named(db: Queryable, rows: readonly Named[]): Promise<NamingOnLine[]> {
  const open = rows.flatMap(({ images, mention }) => (images.length > 0 || mention === null ? [] : [mention]));
  const readFrom = await readings(db, open);
  return rows.map(({ at, mention, words, images, since, moved }) => {
    const from = images.length > 0 || mention === null ? null : readFrom(mention);
    return {
      at,
      images,
      named: mention === null ? null : words,
      byDigest: mention !== null && mention.digest !== null,
      read: from !== null,
      readFrom: from,
      since,
      moved,
    };
  });
}

/** Since when a repository that is meant is read; null: none of them is. */
async function readings(db: Queryable, mentions: readonly Mention[]): Promise<(mention: Mention) => Date | null> {
  if (mentions.length === 0) return () => null;
  const hosts = await registryHosts(db);
  const rows = await db.query<{ integrationId: number; name: string; since: Date }>(
    `select integration_id as "integrationId", name, first_seen_at as since from shared.image_repositories where name = any ($1)
     union all
     (select integration_id, '', first_seen_at from shared.image_repositories order by first_seen_at limit 1)
     order by 3`,
    [mentions.flatMap(({ repositories }) => repositories)],
  );
  return ({ host, repositories }) =>
    rows.find(({ integrationId, name }) =>
      repositories.length === 0
        ? true
        : repositories.includes(name) && (host === null || hosts.get(integrationId) === host),
    )?.since ?? null;
}
