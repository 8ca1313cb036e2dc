import type { Database, Tx } from '../../../platform/database/index.ts';
import { changesOf, type Tell } from '../changes.ts';
import { plansFor, recordStations, saidFrom } from '../history/record.ts';
import { deriveLinks, type StoredMention } from './derive.ts';
import { withNeighbours } from './facts.ts';
import type { Link, Owner } from './model.ts';

/** Records are looked at so many at a time. */
const atOnce = 500;

/**
 * Brings the links of records to what their rooms say now, and writes only what differs; so order, repetition and the loss
 * of one are harmless. Links are made one after the other, so that what was read is what is written.
 */
export async function refreshLinks(db: Database, owner: Owner, ids: readonly number[], tell?: Tell): Promise<void> {
  const wanted = [...new Set(ids)].toSorted((a, b) => a - b);
  for (let start = 0; start < wanted.length; start += atOnce) {
    const some = wanted.slice(start, start + atOnce);
    await db.transaction(
      async (tx) => {
        const at = await saidFrom(tx);
        const changed = await refreshSome(
          tx,
          owner,
          owner === 'deployment' ? await withNeighbours(tx, some) : some,
          at,
        );
        await tell?.(tx, changesOf(owner, changed));
        // Analyses come by the thousand, few at a time; the others ask more, which is planned for what is asked.
      },
      plansFor(owner === 'analysis' ? some : null),
    );
  }
}

/** Returns records whose links differ from before. */
async function refreshSome(tx: Tx, owner: Owner, ids: readonly number[], at: Date): Promise<number[]> {
  const { links, mentions } = await deriveLinks[owner](tx, ids);
  const changed = await replaceLinks(tx, { owner, ids, at }, links);
  if (owner !== 'environment_image') await recordStations(tx, owner, ids, at);
  if (owner === 'deployment' || owner === 'execution') await replaceMentions(tx, owner, ids, mentions);
  return changed;
}

const columns = {
  owner_id: 'bigint',
  kind: 'text',
  from_station: 'text',
  from_id: 'bigint',
  to_station: 'text',
  to_id: 'bigint',
  to_key: 'text',
  certainty: 'text',
  note: 'text',
  integration_id: 'bigint',
  stream: 'text',
  record: 'text',
  seen_at: 'timestamptz',
  valid_from: 'timestamptz',
  valid_to: 'timestamptz',
  ended_by: 'bigint',
} as const;
const names = Object.keys(columns) as (keyof typeof columns)[];
const listed = (alias: string): string => names.map((name) => `${alias}.${name}`).join(', ');
const records = `jsonb_to_recordset($1::jsonb) as w (${names.map((name) => `${name} ${columns[name]}`).join(', ')})`;
const same = `l.owner = $2 and l.owner_id = w.owner_id and (${listed('l')}) is not distinct from (${listed('w')})`;

interface Said {
  owner: Owner;
  ids: readonly number[];
  at: Date;
}

/** What is not said any more is kept among what was; what is the same stays as it is. */
async function replaceLinks(tx: Tx, { owner, ids, at }: Said, links: readonly Link[]): Promise<number[]> {
  const rows = JSON.stringify(links.map(rowOf));
  const gone = await tx.query<{ id: number }>(
    `with gone as (
       delete from trace.links l where l.owner = $2 and l.owner_id = any ($3) and not exists (select from ${records} where ${same}) returning l.*),
     kept as (
       insert into trace.past_links (id, owner, ${names.join(', ')}, said_from, said_to)
       select g.id, g.owner, ${listed('g')}, g.said_from, $4 from gone g where g.said_from < $4)
     select owner_id as id from gone`,
    [rows, owner, ids, at],
  );
  const come = await tx.query<{ id: number }>(
    `insert into trace.links (owner, ${names.join(', ')}, said_from)
     select $2, ${listed('w')}, $3 from ${records} where not exists (select from trace.links l where ${same})
      order by w.owner_id, w.kind, w.to_id, w.to_key, w.valid_from returning owner_id as id`,
    [rows, owner, at],
  );
  return [...new Set([...gone, ...come].map(({ id }) => Number(id)))].toSorted((a, b) => a - b);
}

const rowOf = (link: Link): Record<keyof typeof columns, unknown> => ({
  owner_id: link.ownerId,
  kind: link.kind,
  from_station: link.from,
  from_id: link.fromId,
  to_station: link.to,
  to_id: link.toId,
  to_key: link.toKey,
  certainty: link.certainty,
  note: link.note,
  integration_id: link.integrationId,
  stream: link.stream,
  record: link.record,
  seen_at: link.seenAt,
  valid_from: link.validFrom,
  valid_to: link.validTo,
  ended_by: link.endedBy,
});

async function replaceMentions(
  tx: Tx,
  owner: Owner,
  ids: readonly number[],
  mentions: readonly StoredMention[],
): Promise<void> {
  const rows = JSON.stringify(mentions);
  const given = `(select distinct "ownerId" as owner_id, repository, tag, digest, "from" as from_at, "to" as to_at
     from jsonb_to_recordset($1::jsonb) as w ("ownerId" bigint, repository text, tag text, digest text, "from" timestamptz, "to" timestamptz)) w`;
  const alike = `m.owner = $2 and m.owner_id = w.owner_id
    and (m.repository, m.tag, m.digest, m.from_at, m.to_at) is not distinct from (w.repository, w.tag, w.digest, w.from_at, w.to_at)`;
  await tx.execute(
    `delete from trace.mentions m where m.owner = $2 and m.owner_id = any ($3) and not exists (select from ${given} where ${alike})`,
    [rows, owner, ids],
  );
  await tx.execute(
    `insert into trace.mentions (owner, owner_id, repository, tag, digest, from_at, to_at)
     select $2, w.owner_id, w.repository, w.tag, w.digest, w.from_at, w.to_at from ${given}
      where not exists (select from trace.mentions m where ${alike})`,
    [rows, owner],
  );
}
