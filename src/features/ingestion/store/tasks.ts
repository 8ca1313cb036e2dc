import type { Database, Queryable, Tx } from '../../../platform/database/index.ts';
import { type ErrorCode, PlumblineError } from '../../../platform/errors/index.ts';
import { priorities } from './priorities.ts';
import { clearTaskStage } from './stage.ts';
import { hubPlace } from './places.ts';

export type TaskPhase = 'discovery' | 'current' | 'history' | 'count' | 'audit' | 'aggregate';

/** A task as its holder sees it. */
export interface LeasedTask {
  id: number;
  runId: number;
  integrationId: number;
  slice: string;
  phase: TaskPhase;
  /** Where it can be carried out. */
  place: string;
  hostKey: string;
  generation: number;
  /** What alone is read of its slice; null: everything. */
  named: string[] | null;
  fence: number;
  slots: number;
  retries: number;
  /** Epoch of the unlogged stage in which it staged last; null before it staged. */
  stageEpoch: string | null;
  /** Shape of the records that it staged. */
  stageHashVersion: number | null;
  /** Its shape is known in `checkpoint.ts`. */
  checkpoint: object;
  /** Read whole: what there is to know for its publish, in the shape of `staged-tasks.ts`. Null: it is to be read. */
  reading: object | null;
}

/** Of a leased task `t`. */
export const leasedColumns = `t.id, t.run_id as "runId", t.integration_id as "integrationId", t.slice, t.phase, t.named, t.place, t.host_key as "hostKey",
  t.generation, t.fence, t.slots, t.retries, t.stage_epoch as "stageEpoch", t.stage_hash_version as "stageHashVersion", t.checkpoint, t.reading`;

/** A task that waits again: what was read whole waits for its publish. */
export const waitingState = `case when reading is null then 'pending' else 'staged' end`;

/** Without another one: a lease outlives many missed heartbeats. */
export const standardLeaseSeconds = 60;

/** Who claims, from where, and for how long. */
export interface ClaimTerms {
  place?: string;
  leaseSeconds?: number;
}

/** After this many claims of more urgent work one waiting task of the least urgent class is served. */
const claimsBeforeLeastUrgent = 10;

/**
 * A task `t` that may be claimed, with its integration's schedule `s`: in a blackout window only what a person or a
 * webhook asked for.
 */
const mayBeClaimed = `t.state = 'pending' and t.not_before <= now()
  and (s.blackout_until is null or s.blackout_until <= now()
       or (select r.priority from ingestion.runs r where r.id = t.run_id) < ${priorities.schedule})`;

/**
 * Of a slice one phase is carried out at a time, and its past and its audit wait for its present. Asked as one value:
 * `not exists` would become a join, for which the planner, before it has counted the new tasks, reads all of them.
 */
const waits = (task: string): string => `((
  select other.id from ingestion.tasks other
   where other.integration_id = ${task}.integration_id and other.slice = ${task}.slice and other.state in ('pending', 'leased', 'staged')
     and (other.state <> 'pending' or ${task}.phase in ('history', 'audit') and other.phase = 'current') limit 1 /* any: whether there is one */) is not null)`;

interface FreeHost {
  place: string;
  host_key: string;
  slots: number;
  claims: number;
}

/**
 * Leases the next task that can be carried out in a place: the least recently served host that is not paused and has a free slot; within it the least
 * recently served integration; within it priority, then age. Undefined when nothing is due. The past of a slice waits
 * for its present, which brings the branches it hangs on.
 */
export async function claimTask(
  db: Database,
  holder: string,
  { place = hubPlace, leaseSeconds = standardLeaseSeconds }: ClaimTerms = {},
): Promise<LeasedTask | undefined> {
  return db.transaction(
    async (tx) => {
      // A host may have nothing but tasks that wait for others of it: then the next host has its turn.
      const tried: string[] = [];
      for (;;) {
        const host = await freeHost(tx, place, tried);
        if (host === undefined) return undefined;
        const id = await dueTask(tx, host);
        if (id !== undefined) return lease(tx, id, { holder, host, leaseSeconds });
        tried.push(host.host_key);
      }
    },
    { prepared: true },
  );
}

/**
 * A host that is not paused, has a free slot and waiting tasks. It is locked until the claim commits: who comes at the
 * same moment waits the few milliseconds, and does not go to sleep over work that is there.
 */
async function freeHost(tx: Tx, place: string, tried: readonly string[]): Promise<FreeHost | undefined> {
  return tx.maybeOne(
    `select h.place, h.host_key, h.slots, h.claims
       from ingestion.hosts h
      cross join lateral (
        select from ingestion.tasks t where t.place = h.place and t.host_key = h.host_key and t.state = 'pending' and t.not_before <= now()
         order by t.integration_id, t.priority, t.id limit 1) waiting
      where (h.paused_until is null or h.paused_until <= now()) and h.place = $1 and h.host_key <> all ($2)
        and (select count(*) from ingestion.tasks t where t.place = h.place and t.host_key = h.host_key and t.state = 'leased' and t.reading is null) < h.slots
      order by h.last_served_at, h.host_key
      limit 1
        for update of h`,
    [place, tried],
  );
}

/**
 * The first task of a locked host that may be claimed. Tasks fall into few classes, one per integration and priority,
 * which are found by leaps through the index `tasks_due`; within a class the oldest comes first. So a claim costs the
 * same with ten waiting tasks as with twenty thousand. The slots are counted once more: another claim may have taken the
 * last one while we waited for the host.
 */
async function dueTask(tx: Tx, host: FreeHost): Promise<number | undefined> {
  const leastUrgentFirst = host.claims % (claimsBeforeLeastUrgent + 1) === claimsBeforeLeastUrgent;
  const due = await tx.maybeOne<{ id: number }>(
    `with recursive class as (
       (select integration_id, priority from ingestion.tasks where place = $4 and host_key = $1 and state = 'pending'
         order by integration_id, priority limit 1)
       union all
       select next.* from class c cross join lateral (
         select t.integration_id, t.priority from ingestion.tasks t
          where t.place = $4 and t.host_key = $1 and t.state = 'pending' and (t.integration_id, t.priority) > (c.integration_id, c.priority)
          order by t.integration_id, t.priority limit 1) next)
     select due.id
       from (select c.*, s.blackout_until from class c left join ingestion.schedules s using (integration_id)
              order by case when $2 then -c.priority end, coalesce(s.last_served_at, '-infinity'), c.priority, c.integration_id) s
      cross join lateral (
        select t.id from ingestion.tasks t
         where t.place = $4 and t.host_key = $1 and t.integration_id = s.integration_id and t.priority = s.priority and ${mayBeClaimed}
           and not ${waits('t')}
         order by t.id limit 1 for update of t skip locked) due
      where (select count(*) from ingestion.tasks t where t.place = $4 and t.host_key = $1 and t.state = 'leased' and t.reading is null) < $3
      limit 1 /* any: the classes come in their order, and an order here would look into each of them */`,
    [host.host_key, leastUrgentFirst, host.slots, host.place],
  );
  return due?.id;
}

/**
 * Shares a host's slots among those that hold one and those that could take one now; of these, more than the slots need
 * not be counted.
 */
const grantedSlots = `greatest(1, $SLOTS / greatest(1, least($SLOTS, (
  select count(*) from (
    select from ingestion.tasks o where o.place = t.place and o.host_key = t.host_key and o.state = 'leased' and o.reading is null
    union all
    (select from ingestion.tasks o where o.place = t.place and o.host_key = t.host_key and o.state = 'pending' and o.not_before <= now()
        and not ${waits('o')}
      order by o.integration_id, o.priority, o.id limit $SLOTS)) o)::int)))`;

async function lease(
  tx: Tx,
  id: number,
  { holder, host, leaseSeconds }: { holder: string; host: FreeHost; leaseSeconds: number },
): Promise<LeasedTask> {
  return tx.one<LeasedTask>(
    `with served as (
       update ingestion.hosts set last_served_at = clock_timestamp(), claims = claims + 1 where place = $5 and host_key = $4),
     turn as (
       update ingestion.schedules set last_served_at = clock_timestamp()
        where integration_id = (select integration_id from ingestion.tasks where id = $1)),
     run as (
       update ingestion.runs set status = 'running', started_at = coalesce(started_at, now())
        where id = (select run_id from ingestion.tasks where id = $1) and status = 'pending')
     update ingestion.tasks t
        set state = 'leased', holder = $2, lease_until = now() + make_interval(secs => $6), fence = fence + 1,
            started_at = coalesce(started_at, now()), slots = ${grantedSlots.replaceAll('$SLOTS', '$3::int')},
            generation = coalesce((select w.wanted_generation from ingestion.sync_wants w
                                    where w.integration_id = t.integration_id and w.slice = t.slice and w.phase = t.phase), 0),
            named = case when phase = 'discovery' then named else (
              select w.named from ingestion.sync_wants w
               where w.integration_id = t.integration_id and w.slice = t.slice and w.phase = t.phase and w.wanted_generation > w.done_generation) end
      where id = $1
      returning ${leasedColumns}`,
    [id, holder, host.slots, host.host_key, host.place, leaseSeconds],
  );
}

/** Renews the lease. `lost` when another holder has it, `cancelled` when a person asked to cancel the run. */
export async function heartbeat(
  db: Queryable,
  task: Pick<LeasedTask, 'id' | 'fence'>,
  leaseSeconds = standardLeaseSeconds,
): Promise<{ state: 'held' | 'lost' | 'cancelled'; slots: number; pausedUntil: Date | null }> {
  const row = await db.maybeOne<{ slots: number; cancelled: boolean; paused_until: Date | null }>(
    `update ingestion.tasks t
        set lease_until = now() + make_interval(secs => $3),
            slots = ${grantedSlots.replaceAll('$SLOTS', 'h.slots')}
       from ingestion.hosts h, ingestion.runs r
      where t.id = $1 and t.fence = $2 and t.state = 'leased' and h.host_key = t.host_key and h.place = t.place and r.id = t.run_id
      returning t.slots, r.cancel_requested_at is not null as cancelled, h.paused_until`,
    [task.id, task.fence, leaseSeconds],
  );
  if (row === undefined) return { state: 'lost', slots: 1, pausedUntil: null };
  return { state: row.cancelled ? 'cancelled' : 'held', slots: row.slots, pausedUntil: row.paused_until };
}

/** A condition of `updateHeldTask`: no other process has taken a batch of this holding since that one. */
export const untouchedSince = (batch: string): string =>
  `coalesce((checkpoint #>> '{holding,taken}')::int, 0) = ${batch}::int`;

/** The fenced update that ends every stage and publish; throws `task_lease_lost` when the task is no longer ours. */
export async function updateHeldTask(
  tx: Queryable,
  task: LeasedTask,
  assignments: string,
  values: readonly unknown[] = [],
  condition = 'true',
): Promise<void> {
  const changed = await tx.execute(
    `update ingestion.tasks set ${assignments} where id = $1 and fence = $2 and state = 'leased' and ${condition}`,
    [task.id, task.fence, ...values],
  );
  if (changed === 0) throw new PlumblineError('task_lease_lost', { data: { taskId: task.id } });
}

/**
 * Throws `task_lease_lost` when the task is no longer ours, before anything is made of what lies there. Returns when the
 * transaction began.
 */
export async function requireHeld(tx: Queryable, { id, fence }: LeasedTask): Promise<{ now: Date }> {
  const held = await tx.maybeOne<{ now: Date }>(
    `select now() as now from ingestion.tasks where id = $1 and fence = $2 and state = 'leased'`,
    [id, fence],
  );
  if (held === undefined) throw new PlumblineError('task_lease_lost', { data: { taskId: id } });
  return held;
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

const stageLostCode = 'stage_lost' satisfies ErrorCode;

/**
 * Gives the task back for another attempt not before the given delay: to be published, or, when what was read is lost, to
 * be read from its start.
 */
export async function returnTask(
  db: Database,
  task: LeasedTask,
  failure: TaskFailure,
  delaySeconds: number,
  traffic: TaskTraffic,
): Promise<void> {
  await db.execute(
    `update ingestion.tasks
        set state = case when $4 = '${stageLostCode}' then 'pending' else ${waitingState} end,
            reading = case when $4 = '${stageLostCode}' then null else reading end,
            stage_epoch = case when $4 = '${stageLostCode}' then null else stage_epoch end, holder = null, lease_until = null, retries = retries + 1,
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

/** Gives the task back at once, not counted as a retry: the process stops. */
export async function giveBackTask(db: Database, task: LeasedTask): Promise<void> {
  await db.execute(
    `update ingestion.tasks set state = ${waitingState}, holder = null, lease_until = null
      where id = $1 and fence = $2 and state = 'leased'`,
    [task.id, task.fence],
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
          set state = $3, finished_at = now(), holder = null, lease_until = null, reading = null, error_code = $4, error_message = $5,
              error_upstream = $6, http_requests = http_requests + $7, http_retries = http_retries + $8
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
    if (changed > 0) await clearTaskStage(tx, task.id);
  });
}

/** Returns tasks whose lease ended (a worker died) to the queue; beyond `maxRetries` they fail as `worker_lost`. */
export async function expireLeases(db: Database, maxRetries: number): Promise<number> {
  return db.execute(
    `update ingestion.tasks
        set state = case when retries >= $1 then 'failed' else ${waitingState} end,
            finished_at = case when retries >= $1 then now() end,
            error_code = case when retries >= $1 then 'worker_lost' else error_code end,
            error_message = case when retries >= $1 then 'The worker stopped in mid-task more often than is retried.' else error_message end,
            holder = null, lease_until = null, retries = retries + 1
      where state = 'leased' and lease_until < now()`,
    [maxRetries],
  );
}

/**
 * A lease that ran out while its holder could not tell: it goes on with the same fence, so that nobody else can have had
 * the task since. `resumed` also when it never ran out; `ended` when what the holder told last was the end.
 */
export async function resumeLease(
  db: Queryable,
  { taskId, fence }: { taskId: number; fence: number },
  { holder, leaseSeconds }: { holder: string; leaseSeconds: number },
): Promise<'resumed' | 'ended' | 'lost'> {
  const changed = await db.execute(
    `update ingestion.tasks t set state = 'leased', holder = $3, lease_until = now() + make_interval(secs => $4)
      where t.id = $1 and t.fence = $2 and t.reading is null
        and (t.state = 'leased' and t.holder = $3
             or t.state = 'pending' and not ${waits('t')})`,
    [taskId, fence, holder, leaseSeconds],
  );
  if (changed > 0) return 'resumed';
  // Whoever publishes it has the next fence.
  const ended = await db.maybeOne(
    `select id from ingestion.tasks
      where id = $1 and fence in ($2, $2 + 1) and (reading is not null or state in ('success', 'partial'))`,
    [taskId, fence],
  );
  return ended === undefined ? 'lost' : 'ended';
}

/** A task that is being read under a lease of this holder. */
export function heldTask(
  db: Queryable,
  { taskId, fence }: { taskId: number; fence: number },
  holder: string,
): Promise<LeasedTask | undefined> {
  return db.maybeOne<LeasedTask>(
    `select ${leasedColumns} from ingestion.tasks t
      where t.id = $1 and t.fence = $2 and t.holder = $3 and t.state = 'leased' and t.reading is null`,
    [taskId, fence, holder],
  );
}

/** Whose a task is, and where it is carried out; neither ever changes. */
export function whereaboutsOf(
  db: Queryable,
  taskId: number,
): Promise<{ integrationId: number; place: string } | undefined> {
  return db.maybeOne('select integration_id as "integrationId", place from ingestion.tasks where id = $1', [taskId]);
}

/** Its holder began anew, and knows of these alone. */
export async function releaseLeases(
  db: Queryable,
  holder: string,
  but: readonly { taskId: number; fence: number }[],
): Promise<void> {
  await db.execute(
    `update ingestion.tasks set state = ${waitingState}, holder = null, lease_until = null, retries = retries + 1
      where state = 'leased' and holder = $1 and id || ' ' || fence <> all ($2)`,
    [holder, but.map(({ taskId, fence }) => `${taskId} ${fence}`)],
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
    `update ingestion.tasks set state = ${waitingState}, holder = null, lease_until = null, retries = retries + 1
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

/** As it is reached from one place: elsewhere another system may have the same address. */
export async function pauseHost(db: Queryable, hostKey: string, until: Date, place: string = hubPlace): Promise<void> {
  await db.execute(
    'update ingestion.hosts set paused_until = greatest(paused_until, $2) where host_key = $1 and place = $3',
    [hostKey, until, place],
  );
}

export async function ensureHost(db: Queryable, hostKey: string, place: string = hubPlace): Promise<void> {
  await db.execute('insert into ingestion.hosts (host_key, place) values ($1, $2) on conflict do nothing', [
    hostKey,
    place,
  ]);
}
