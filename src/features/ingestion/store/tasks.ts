import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { priorities } from './priorities.ts';

export type TaskPart = 'discovery' | 'current' | 'history' | 'count' | 'audit' | 'aggregate';

/** A task as its holder sees it. */
export interface LeasedTask {
  id: number;
  runId: number;
  integrationId: number;
  slice: string;
  part: TaskPart;
  hostKey: string;
  generation: number;
  fence: number;
  slots: number;
  retries: number;
  staged: number;
  /** What `stager.ts` wrote; its shape is known there. */
  checkpoint: object;
}

/** A lease outlives three missed heartbeats. */
export const leaseSeconds = 60;
export const heartbeatSeconds = 15;

/** After this many claims of more urgent work one waiting task of the least urgent class is served. */
const claimsBeforeLeastUrgent = 10;

/**
 * A task `t` that may be claimed, with its integration's schedule `s`: in a blackout window only what a person or a
 * webhook asked for.
 */
const mayBeClaimed = `t.state = 'pending' and t.not_before <= now()
  and (s.blackout_until is null or s.blackout_until <= now()
       or (select r.priority from ingestion.runs r where r.id = t.run_id) < ${priorities.schedule})`;

/** Of a slice one part is carried out at a time, and its past and its audit wait for its present. */
const waitsForItsSlice = (task: string): string => `exists (
  select from ingestion.tasks other
   where other.integration_id = ${task}.integration_id and other.slice = ${task}.slice
     and (other.state = 'leased'
          or ${task}.part in ('history', 'audit') and other.part = 'current' and other.state = 'pending'))`;

/**
 * Leases the next task: the least recently served host that is not paused and has a free slot; within it the least
 * recently served integration; within it priority, then age. Undefined when nothing is due. The past of a slice waits
 * for its present, which brings the branches it hangs on.
 */
export async function claimTask(db: Database, holder: string): Promise<LeasedTask | undefined> {
  return db.transaction(async (tx) => {
    const host = await freeHost(tx);
    if (host === undefined) return undefined;
    const leastUrgentFirst = host.claims % (claimsBeforeLeastUrgent + 1) === claimsBeforeLeastUrgent;
    const due = await tx.maybeOne<{ id: number; integration_id: number }>(
      `select t.id, t.integration_id
         from ingestion.tasks t
         left join ingestion.schedules s using (integration_id)
        where t.host_key = $1 and ${mayBeClaimed}
          and not ${waitsForItsSlice('t')}
        order by case when $2 then -t.priority end, coalesce(s.last_served_at, '-infinity'), t.priority, t.id
        limit 1
          for update of t skip locked`,
      [host.host_key, leastUrgentFirst],
    );
    if (due === undefined) return undefined;
    await tx.execute(
      'update ingestion.hosts set last_served_at = clock_timestamp(), claims = claims + 1 where host_key = $1',
      [host.host_key],
    );
    await tx.execute('update ingestion.schedules set last_served_at = clock_timestamp() where integration_id = $1', [
      due.integration_id,
    ]);
    return lease(tx, due.id, holder, host.slots);
  });
}

/** A host row that is not paused, has a free slot and due work, locked until the claim commits. */
async function freeHost(tx: Tx): Promise<{ host_key: string; slots: number; claims: number } | undefined> {
  return tx.maybeOne(
    `select h.host_key, h.slots, h.claims
       from ingestion.hosts h
      where (h.paused_until is null or h.paused_until <= now())
        and (select count(*) from ingestion.tasks t where t.host_key = h.host_key and t.state = 'leased') < h.slots
        and exists (select from ingestion.tasks t left join ingestion.schedules s using (integration_id) where t.host_key = h.host_key and ${mayBeClaimed})
      order by h.last_served_at
      limit 1
        for update of h skip locked`,
  );
}

/** The host's slots shared among what is carried out and what could be at once; counted no further than it matters. */
const grantedSlots = `greatest(1, $SLOTS / greatest(1, (
  select count(*) from (
    select from ingestion.tasks o
     where o.host_key = t.host_key
       and (o.state = 'leased' or o.state = 'pending' and o.not_before <= now() and not ${waitsForItsSlice('o')})
     limit $SLOTS) as sharing)))`;

async function lease(tx: Tx, id: number, holder: string, slots: number): Promise<LeasedTask> {
  const task = await tx.one<LeasedTask>(
    `update ingestion.tasks t
        set state = 'leased', holder = $2, lease_until = now() + make_interval(secs => ${leaseSeconds}), fence = fence + 1,
            started_at = coalesce(started_at, now()), slots = ${grantedSlots.replaceAll('$SLOTS', '$3::int')},
            generation = coalesce((select w.wanted_generation from ingestion.sync_wants w
                                    where w.integration_id = t.integration_id and w.slice = t.slice and w.part = t.part), 0)
      where id = $1
      returning id, run_id as "runId", integration_id as "integrationId", slice, part, host_key as "hostKey", generation, fence,
                slots, retries, staged, checkpoint`,
    [id, holder, slots],
  );
  await tx.execute(
    `update ingestion.runs set status = 'running', started_at = coalesce(started_at, now()) where id = $1 and status = 'pending'`,
    [task.runId],
  );
  return task;
}

/** Renews the lease. `lost` when another holder has it, `cancelled` when a person asked to cancel the run. */
export async function heartbeat(
  db: Queryable,
  task: LeasedTask,
): Promise<{ state: 'held' | 'lost' | 'cancelled'; slots: number; pausedUntil: Date | null }> {
  const row = await db.maybeOne<{ slots: number; cancelled: boolean; paused_until: Date | null }>(
    `update ingestion.tasks t
        set lease_until = now() + make_interval(secs => ${leaseSeconds}),
            slots = ${grantedSlots.replaceAll('$SLOTS', 'h.slots')}
       from ingestion.hosts h, ingestion.runs r
      where t.id = $1 and t.fence = $2 and t.state = 'leased' and h.host_key = t.host_key and r.id = t.run_id
      returning t.slots, r.cancel_requested_at is not null as cancelled, h.paused_until`,
    [task.id, task.fence],
  );
  if (row === undefined) return { state: 'lost', slots: 1, pausedUntil: null };
  return { state: row.cancelled ? 'cancelled' : 'held', slots: row.slots, pausedUntil: row.paused_until };
}

/** The fenced update that ends every stage and publish; throws `task_lease_lost` when the task is no longer ours. */
export async function updateHeldTask(
  tx: Tx,
  task: LeasedTask,
  assignments: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const changed = await tx.execute(
    `update ingestion.tasks set ${assignments} where id = $1 and fence = $2 and state = 'leased'`,
    [task.id, task.fence, ...values],
  );
  if (changed === 0) throw new PlumblineError('task_lease_lost', { data: { taskId: task.id } });
}

export interface TaskFailure {
  code: string;
  message: string;
  upstream: string | null;
}

export interface TaskTraffic {
  requests: number;
  retries: number;
}

/** Gives the task back for another attempt not before the given delay. */
export async function returnTask(
  db: Database,
  task: LeasedTask,
  failure: TaskFailure,
  delaySeconds: number,
  traffic: TaskTraffic,
): Promise<void> {
  await db.execute(
    `update ingestion.tasks
        set state = 'pending', holder = null, lease_until = null, retries = retries + 1,
            not_before = now() + make_interval(secs => $3), error_code = $4, error_message = $5, error_upstream = $6,
            http_requests = http_requests + $7, http_retries = http_retries + $8
      where id = $1 and fence = $2 and state = 'leased'`,
    [
      task.id,
      task.fence,
      delaySeconds,
      failure.code,
      failure.message,
      failure.upstream,
      traffic.requests,
      traffic.retries,
    ],
  );
}

/** Ends the task without a publish. What it staged is dropped. */
export async function endTask(
  db: Database,
  task: LeasedTask,
  state: 'failed' | 'cancelled',
  failure: TaskFailure | undefined,
  traffic: TaskTraffic,
): Promise<void> {
  await db.transaction(async (tx) => {
    const changed = await tx.execute(
      `update ingestion.tasks
          set state = $3, finished_at = now(), holder = null, lease_until = null, error_code = $4, error_message = $5, error_upstream = $6,
              http_requests = http_requests + $7, http_retries = http_retries + $8
        where id = $1 and fence = $2 and state = 'leased'`,
      [
        task.id,
        task.fence,
        state,
        failure?.code ?? null,
        failure?.message ?? null,
        failure?.upstream ?? null,
        traffic.requests,
        traffic.retries,
      ],
    );
    if (changed > 0) await tx.execute('delete from ingestion.stage where task_id = $1', [task.id]);
  });
}

/** Returns tasks whose lease ended (a worker died) to the queue; beyond `maxRetries` they fail as `worker_lost`. */
export async function expireLeases(db: Database, maxRetries: number): Promise<number> {
  return db.execute(
    `update ingestion.tasks
        set state = case when retries >= $1 then 'failed' else 'pending' end,
            finished_at = case when retries >= $1 then now() end,
            error_code = case when retries >= $1 then 'worker_lost' else error_code end,
            error_message = case when retries >= $1 then 'The worker stopped in mid-task more often than is retried.' else error_message end,
            holder = null, lease_until = null, retries = retries + 1
      where state = 'leased' and lease_until < now()`,
    [maxRetries],
  );
}

/**
 * On a start: what processes of this machine held that were killed need not wait for the end of its lease. A process
 * with our own number is an earlier one. Should two machines have one name, a living holder may lose a lease; the fence
 * makes that a repetition and nothing worse.
 */
export async function releaseLeasesOfTheDead(db: Database, machine: string): Promise<number> {
  const rows = await db.query<{ holder: string }>(
    `select distinct holder from ingestion.tasks where state = 'leased' and starts_with(holder, $1)`,
    [machine],
  );
  const dead = rows
    .map((row) => row.holder)
    .filter((holder) => !runs(Number(holder.slice(machine.length).split('#')[0])));
  return db.execute(
    `update ingestion.tasks set state = 'pending', holder = null, lease_until = null, retries = retries + 1
      where state = 'leased' and holder = any($1)`,
    [dead],
  );
}

/** Another process of that number, on this machine. */
function runs(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The token was refused: every other task of the run would fail the same way. */
export async function failPendingTasks(db: Queryable, runId: number, failure: TaskFailure): Promise<void> {
  await db.execute(
    `update ingestion.tasks set state = 'failed', finished_at = now(), error_code = $2, error_message = $3, error_upstream = $4
      where run_id = $1 and state = 'pending'`,
    [runId, failure.code, failure.message, failure.upstream],
  );
}

export async function pauseHost(db: Queryable, hostKey: string, until: Date): Promise<void> {
  await db.execute('update ingestion.hosts set paused_until = greatest(paused_until, $2) where host_key = $1', [
    hostKey,
    until,
  ]);
}

export async function ensureHost(db: Queryable, hostKey: string): Promise<void> {
  await db.execute('insert into ingestion.hosts (host_key) values ($1) on conflict do nothing', [hostKey]);
}
