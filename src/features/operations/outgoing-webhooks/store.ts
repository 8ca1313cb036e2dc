import type { Queryable } from '../../../platform/database/index.ts';
import type { Sealed } from '../../../platform/vault/index.ts';
import type { WebhookEventType } from './contract.ts';

export interface EndpointRow {
  id: number;
  url: string;
  description: string;
  events: WebhookEventType[];
  /** `secret`, and `previous` after a rotation. */
  sealed: Record<string, Sealed>;
  previousUntil: Date | null;
  failingSince: Date | null;
  disabledAt: Date | null;
  disabledCode: string | null;
  createdAt: Date;
  createdBy: string;
  lastDeliveredAt: Date | null;
  pending: number;
}

const endpointColumns = `e.id, e.url, e.description, e.events, e.sealed, e.previous_until as "previousUntil",
  e.failing_since as "failingSince", e.disabled_at as "disabledAt", e.disabled_code as "disabledCode",
  e.created_at as "createdAt", e.created_by as "createdBy",
  (select max(d.attempted_at) from operations.webhook_deliveries d
    where d.endpoint_id = e.id and d.state = 'delivered') as "lastDeliveredAt",
  (select count(*) from operations.webhook_deliveries d where d.endpoint_id = e.id and d.state = 'pending') as pending`;

export function listEndpoints(db: Queryable): Promise<EndpointRow[]> {
  return db.query(`select ${endpointColumns} from operations.webhook_endpoints e order by e.id`);
}

export function findEndpoint(db: Queryable, id: number): Promise<EndpointRow | undefined> {
  return db.maybeOne(`select ${endpointColumns} from operations.webhook_endpoints e where e.id = $1`, [id]);
}

/** The id comes first: each sealed value is bound to it. */
export async function nextEndpointId(db: Queryable): Promise<number> {
  const row = await db.one<{ id: number }>(
    "select nextval(pg_get_serial_sequence('operations.webhook_endpoints', 'id')) as id",
  );
  return row.id;
}

export type NewEndpoint = Pick<EndpointRow, 'id' | 'url' | 'description' | 'events' | 'sealed' | 'createdBy'>;

export async function insertEndpoint(db: Queryable, row: NewEndpoint): Promise<void> {
  await db.execute(
    `insert into operations.webhook_endpoints (id, url, description, events, sealed, created_by)
     overriding system value values ($1, $2, $3, $4, $5, $6)`,
    [row.id, row.url, row.description, row.events, JSON.stringify(row.sealed), row.createdBy],
  );
}

export async function updateEndpoint(
  db: Queryable,
  row: Pick<EndpointRow, 'id' | 'url' | 'description' | 'events'>,
): Promise<void> {
  await db.execute('update operations.webhook_endpoints set url = $2, description = $3, events = $4 where id = $1', [
    row.id,
    row.url,
    row.description,
    row.events,
  ]);
}

export async function replaceSecret(
  db: Queryable,
  id: number,
  sealed: Record<string, Sealed>,
  previousHours: number,
): Promise<void> {
  await db.execute(
    `update operations.webhook_endpoints set sealed = $2, previous_until = now() + make_interval(hours => $3)
      where id = $1`,
    [id, JSON.stringify(sealed), previousHours],
  );
}

/** False when it was off already. What waits for it is given up: an endpoint switched on again starts with now. */
export async function disableEndpoint(db: Queryable, id: number, code: string): Promise<boolean> {
  const changed = await db.execute(
    `update operations.webhook_endpoints set disabled_at = now(), disabled_code = $2
      where id = $1 and disabled_at is null`,
    [id, code],
  );
  await db.execute(
    `update operations.webhook_deliveries set state = 'failed', lease_until = null, code = coalesce(code, 'webhook_endpoint_disabled')
      where endpoint_id = $1 and state = 'pending'`,
    [id],
  );
  return changed > 0;
}

export async function enableEndpoint(db: Queryable, id: number): Promise<void> {
  await db.execute(
    `update operations.webhook_endpoints set disabled_at = null, disabled_code = null, failing_since = null
      where id = $1`,
    [id],
  );
}

export async function deleteEndpoint(db: Queryable, id: number): Promise<void> {
  await db.execute('delete from operations.webhook_endpoints where id = $1', [id]);
}

export interface DeliveryRow {
  id: number;
  endpointId: number;
  eventId: string;
  sequence: number;
  type: string;
  data: object;
  occurredAt: Date;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  status: number | null;
  code: string | null;
  answer: string | null;
  durationMs: number | null;
  attemptedAt: Date | null;
  nextAttemptAt: Date;
  createdAt: Date;
}

const deliveryColumns = `d.id, d.endpoint_id as "endpointId", v.key as "eventId", v.id as sequence, v.type, v.data,
  v.occurred_at as "occurredAt", d.state, d.attempts, d.status, d.code, d.answer, d.duration_ms as "durationMs",
  d.attempted_at as "attemptedAt", d.next_attempt_at as "nextAttemptAt", d.created_at as "createdAt"`;

export function listDeliveries(
  db: Queryable,
  endpointId: number,
  page: { before: number | undefined; limit: number },
): Promise<DeliveryRow[]> {
  return db.query(
    `select ${deliveryColumns} from operations.webhook_deliveries d join operations.webhook_events v on v.id = d.event_id
      where d.endpoint_id = $1 and ($2::bigint is null or d.id < $2) order by d.id desc limit $3`,
    [endpointId, page.before, page.limit],
  );
}

export function findDelivery(db: Queryable, id: number): Promise<DeliveryRow | undefined> {
  return db.maybeOne(
    `select ${deliveryColumns} from operations.webhook_deliveries d join operations.webhook_events v on v.id = d.event_id
      where d.id = $1`,
    [id],
  );
}

/** A delivery a person asked for: tried once, at once. */
export async function insertSingleDelivery(db: Queryable, endpointId: number, eventSequence: number): Promise<number> {
  const row = await db.one<{ id: number }>(
    `insert into operations.webhook_deliveries (endpoint_id, event_id, retry_until) values ($1, $2, now()) returning id`,
    [endpointId, eventSequence],
  );
  return row.id;
}

export async function insertEvent(db: Queryable, event: { type: string; data: object }): Promise<number> {
  const row = await db.one<{ id: number }>(
    'insert into operations.webhook_events (type, data) values ($1, $2) returning id',
    [event.type, JSON.stringify(event.data)],
  );
  return row.id;
}

/** An attempt outlives its own time limit by far. */
export const leaseSeconds = 60;

const taken = `set lease_until = now() + make_interval(secs => ${leaseSeconds}), attempts = attempts + 1`;

/**
 * Takes the delivery that is due longest; undefined when none is. An endpoint with an attempt under way waits, so that a
 * slow one never holds up the others. `attempts` is the fence: an attempt that was taken over stores nothing.
 */
export function takeDelivery(db: Queryable): Promise<{ id: number; attempts: number } | undefined> {
  return db.maybeOne(
    `update operations.webhook_deliveries ${taken}
      where id = (select d.id from operations.webhook_deliveries d
                    join operations.webhook_endpoints e on e.id = d.endpoint_id and e.disabled_at is null
                   where d.state = 'pending' and d.next_attempt_at <= now()
                     and (d.lease_until is null or d.lease_until < now())
                     and not exists (select from operations.webhook_deliveries other
                                      where other.endpoint_id = d.endpoint_id and other.state = 'pending'
                                        and other.lease_until >= now())
                   order by d.next_attempt_at, d.id limit 1 for update of d skip locked)
      returning id, attempts`,
  );
}

/** Takes one delivery whatever the state of its endpoint; undefined when another process is at it. */
export function takeThisDelivery(db: Queryable, id: number): Promise<{ id: number; attempts: number } | undefined> {
  return db.maybeOne(
    `update operations.webhook_deliveries ${taken}
      where id = $1 and state = 'pending' and (lease_until is null or lease_until < now()) returning id, attempts`,
    [id],
  );
}

export interface AttemptOutcome {
  status: number | null;
  /** null: it arrived. */
  code: string | null;
  answer: string | null;
  durationMs: number;
}

/** Stores an attempt that arrived; false when it was taken over meanwhile. */
export async function storeArrival(
  db: Queryable,
  id: number,
  attempts: number,
  outcome: AttemptOutcome,
): Promise<boolean> {
  const changed = await db.execute(
    `update operations.webhook_deliveries
        set state = 'delivered', lease_until = null, attempted_at = now(), status = $3, code = null, answer = null, duration_ms = $4
      where id = $1 and attempts = $2 and state = 'pending'`,
    [id, attempts, outcome.status, outcome.durationMs],
  );
  return changed > 0;
}

/** Stores a failure; after `retry_until` the delivery is given up. Undefined when it was taken over meanwhile. */
export function storeFailure(
  db: Queryable,
  id: number,
  attempts: number,
  outcome: AttemptOutcome & { delaySeconds: number },
): Promise<{ state: DeliveryRow['state']; single: boolean } | undefined> {
  return db.maybeOne(
    `update operations.webhook_deliveries
        set state = case when now() >= retry_until then 'failed' else 'pending' end,
            next_attempt_at = least(now() + make_interval(secs => $7), greatest(retry_until, next_attempt_at)),
            lease_until = null, attempted_at = now(), status = $3, code = $4, answer = $5, duration_ms = $6
      where id = $1 and attempts = $2 and state = 'pending'
      returning state, retry_until = created_at as single`,
    [id, attempts, outcome.status, outcome.code, outcome.answer, outcome.durationMs, outcome.delaySeconds],
  );
}

export async function noteEndpointWorks(db: Queryable, id: number): Promise<void> {
  await db.execute(
    'update operations.webhook_endpoints set failing_since = null where id = $1 and failing_since is not null',
    [id],
  );
}

/** True when nothing has arrived for so long that giving up one delivery means giving up the endpoint. */
export async function noteEndpointFails(db: Queryable, id: number): Promise<boolean> {
  const row = await db.maybeOne<{ long: boolean }>(
    `update operations.webhook_endpoints set failing_since = coalesce(failing_since, now()) where id = $1
     returning failing_since < now() - interval '12 hours' as long`,
    [id],
  );
  return row?.long ?? false;
}

/** Removes at most `limit` events older than this, with their deliveries; returns how many. */
export function forgetEvents(db: Queryable, days: number, limit: number): Promise<number> {
  return db.execute(
    `delete from operations.webhook_events where id in (
       select id from operations.webhook_events where occurred_at < now() - make_interval(days => $1) order by occurred_at limit $2)`,
    [days, limit],
  );
}
