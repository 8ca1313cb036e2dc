import type { Queryable, Tx } from '../../../platform/database/index.ts';
import type { Outcome } from '../handler.ts';

export interface NewDelivery {
  integrationId: number;
  adapter: string;
  /** As `repetitionKey`. */
  key: Buffer;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * Stores deliveries in one statement, which is one commit. A repetition is counted and not stored again. Rows go in the
 * order of their keys: two batches with the same repetitions must not wait for each other crosswise.
 */
export async function insertDeliveries(
  db: Queryable,
  deliveries: readonly NewDelivery[],
  origin: 'delivered' | 'recovered',
): Promise<void> {
  const distinct = new Map<string, NewDelivery & { times: number }>();
  for (const delivery of deliveries) {
    const place = `${delivery.integrationId} ${delivery.adapter} ${delivery.key.toString('latin1')}`;
    const present = distinct.get(place);
    distinct.set(place, { ...(present ?? delivery), times: (present?.times ?? 0) + 1 });
  }
  const rows = [...distinct.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await db.execute(
    `with incoming as materialized (
       select * from unnest($1::bigint[], $2::text[], $3::bytea[], $4::int[], $5::jsonb[], $6::bytea[])
         as i (integration_id, adapter, key, times, headers, body)),
     noted as (
       insert into inbox.seen as s (integration_id, adapter, key, times, delivery_id)
       select integration_id, adapter, key, times, nextval('inbox.delivery_ids') from incoming
           on conflict (integration_id, adapter, key) do update set times = s.times + excluded.times, last_at = now()
       returning s.integration_id, s.adapter, s.key, s.delivery_id, (s.xmax = 0) as fresh)
     insert into inbox.deliveries (id, integration_id, adapter, origin, headers, body)
     select n.delivery_id, i.integration_id, i.adapter, $7, i.headers, i.body
       from incoming i join noted n using (integration_id, adapter, key) where n.fresh`,
    [
      rows.map((row) => row.integrationId),
      rows.map((row) => row.adapter),
      rows.map((row) => row.key),
      rows.map((row) => row.times),
      rows.map((row) => JSON.stringify(row.headers)),
      rows.map((row) => (row.body instanceof Buffer ? row.body : Buffer.from(row.body))),
      origin,
    ],
    'inbox-insert',
  );
}

export interface WaitingDelivery {
  id: number;
  receivedAt: string;
  integrationId: number;
  kind: string;
  adapter: string;
  headers: Record<string, string>;
  body: Buffer;
  attempts: number;
}

/**
 * The oldest delivery that is due, locked until the transaction ends: another process takes the next one, and after a
 * crash it is due again.
 */
export function takeWaiting(tx: Tx): Promise<WaitingDelivery | undefined> {
  return tx.maybeOne(
    `select d.id, d.received_at::text as "receivedAt", d.integration_id as "integrationId", i.kind, d.adapter, d.headers, d.body, d.attempts
       from inbox.deliveries d join shared.integrations i on i.id = d.integration_id and i.state <> 'deleting'
      where d.state = 'waiting' and d.not_before <= now()
      order by d.id limit 1 for update of d skip locked`,
    [],
    'inbox-take',
  );
}

type Place = Pick<WaitingDelivery, 'id' | 'receivedAt'>;

export async function markDone(
  tx: Tx,
  place: Place,
  result: { event: string; subject: string; reference: string | null; outcome: Outcome; runId: number | null },
): Promise<void> {
  await tx.execute(
    `update inbox.deliveries set state = 'done', event = $3, subject = $4, reference = $5, outcome = $6, run_id = $7,
            error_code = null, error_message = null, processed_at = now()
      where id = $1 and received_at = $2`,
    [place.id, place.receivedAt, result.event, result.subject, result.reference, result.outcome, result.runId],
  );
}

/** `retrySeconds` null: it is left to people. */
export async function markFailed(
  db: Queryable,
  place: Place,
  failure: { code: string; message: string; retrySeconds: number | null },
): Promise<void> {
  await db.execute(
    `update inbox.deliveries
        set attempts = attempts + 1, error_code = $3, error_message = $4, processed_at = now(),
            state = case when $5::float is null then 'failed' else 'waiting' end,
            not_before = now() + make_interval(secs => coalesce($5::float, 0))
      where id = $1 and received_at = $2 and state = 'waiting'`,
    [place.id, place.receivedAt, failure.code, failure.message.slice(0, 1_000), failure.retrySeconds],
  );
}

/** True when there is such a delivery; it is processed again whatever came of it before. */
export async function replay(tx: Queryable, integrationId: number, id: number): Promise<boolean> {
  const changed = await tx.execute(
    `update inbox.deliveries set state = 'waiting', attempts = 0, not_before = '-infinity' where id = $2 and integration_id = $1`,
    [integrationId, id],
  );
  return changed > 0;
}

export interface DeliveryRow {
  id: number;
  adapter: string;
  receivedAt: Date;
  origin: 'delivered' | 'recovered';
  sentAt: Date | null;
  state: 'waiting' | 'done' | 'failed';
  event: string | null;
  subject: string | null;
  outcome: Outcome | null;
  runId: number | null;
  attempts: number;
  errorCode: string | null;
  errorMessage: string | null;
  processedAt: Date | null;
  times: number;
  lastAt: Date;
  bytes: number;
}

const listed = `d.id, d.adapter, d.received_at as "receivedAt", d.origin,
  case d.origin when 'recovered' then (select min(n.at) from inbox.sent n where n.delivery_id = d.id) end as "sentAt", d.state, d.event, d.subject, d.outcome, d.run_id as "runId",
  d.attempts, d.error_code as "errorCode", d.error_message as "errorMessage", d.processed_at as "processedAt",
  coalesce(s.times, 1) as times, coalesce(s.last_at, d.received_at) as "lastAt", length(d.body) as bytes`;

export interface DeliveryFilter {
  state?: string | undefined;
  event?: string | undefined;
  text?: string | undefined;
}

export async function listDeliveries(
  db: Queryable,
  integrationId: number,
  filter: DeliveryFilter,
  page: { limit: number; offset: number },
): Promise<{ rows: DeliveryRow[]; total: number }> {
  const where = `d.integration_id = $1 and ($2::text is null or d.state = $2) and ($3::text is null or d.event = $3)
     and ($4::text is null or position(lower($4) in lower(coalesce(d.subject, ''))) > 0)`;
  const values = [integrationId, filter.state, filter.event, filter.text];
  const rows = await db.query<DeliveryRow>(
    `select ${listed} from inbox.deliveries d left join inbox.seen s on s.delivery_id = d.id
      where ${where} order by d.id desc limit $5 offset $6`,
    [...values, page.limit, page.offset],
  );
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from inbox.deliveries d where ${where}`,
    values,
  );
  return { rows, total };
}

export function readDelivery(
  db: Queryable,
  integrationId: number,
  id: number,
): Promise<(DeliveryRow & { headers: Record<string, string>; body: Buffer }) | undefined> {
  return db.maybeOne(
    `select ${listed}, d.headers, d.body from inbox.deliveries d left join inbox.seen s on s.delivery_id = d.id
      where d.integration_id = $1 and d.id = $2`,
    [integrationId, id],
  );
}

export async function countDeliveries(
  db: Queryable,
  integrationId: number,
): Promise<{
  total: number;
  waiting: number;
  failed: number;
  recovered: number;
  repeated: number;
  lastAt: Date | null;
}> {
  return db.one(
    `select count(*) as total, count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state = 'failed') as failed,
            count(*) filter (where origin = 'recovered') as recovered, max(received_at) as "lastAt",
            (select coalesce(sum(times - 1), 0)::bigint from inbox.seen where integration_id = $1) as repeated
       from inbox.deliveries where integration_id = $1`,
    [integrationId],
  );
}

/** Our delivery of the task the server names; undefined when there is none. */
export function findByReference(
  db: Queryable,
  integrationId: number,
  reference: string,
): Promise<{ id: number } | undefined> {
  return db.maybeOne(
    'select id from inbox.deliveries where integration_id = $1 and reference = $2 order by id limit 1',
    [integrationId, reference],
  );
}

export function findByKey(
  db: Queryable,
  place: { integrationId: number; adapter: string; key: Buffer },
): Promise<{ id: number } | undefined> {
  return db.maybeOne(
    'select delivery_id as id from inbox.seen where integration_id = $1 and adapter = $2 and key = $3',
    [place.integrationId, place.adapter, place.key],
  );
}
