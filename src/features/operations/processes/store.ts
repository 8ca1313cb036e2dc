import type { Queryable } from '../../../platform/database/index.ts';

export type Role = 'all' | 'web' | 'worker';

export interface ProcessRow {
  id: string;
  role: Role;
  version: string;
  host: string;
  pid: number;
  address: string | null;
  keyIds: string[];
  facts: { [name: string]: unknown };
  startedAt: Date;
  lastSeenAt: Date;
  endedAt: Date | null;
  /** Neither ended nor silent for longer than three heartbeats. */
  alive: boolean;
}

/** Three heartbeats and a little: a machine that was busy for a moment is not called dead. */
const silentAfterSeconds = 35;

export const processAlive = `ended_at is null and last_seen_at > now() - make_interval(secs => ${silentAfterSeconds})`;

export type Heartbeat = Pick<ProcessRow, 'id' | 'role' | 'version' | 'host' | 'pid' | 'address' | 'keyIds' | 'facts'>;

/** Also brings back the row of a process that was believed dead and forgotten. */
export async function writeHeartbeat(db: Queryable, beat: Heartbeat): Promise<void> {
  await db.execute(
    `insert into operations.processes (id, role, version, host, pid, address, key_ids, facts)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (id) do update
        set last_seen_at = now(), address = excluded.address, key_ids = excluded.key_ids, facts = excluded.facts`,
    [beat.id, beat.role, beat.version, beat.host, beat.pid, beat.address, beat.keyIds, JSON.stringify(beat.facts)],
  );
}

export async function endProcess(db: Queryable, id: string): Promise<void> {
  await db.execute('update operations.processes set ended_at = now(), last_seen_at = now() where id = $1', [id]);
}

/** A process id is used by one process at a time: an older row with ours was killed without a word. */
export async function endPredecessors(db: Queryable, self: Pick<Heartbeat, 'id' | 'host' | 'pid'>): Promise<void> {
  await db.execute(
    `update operations.processes set ended_at = last_seen_at
      where host = $2 and pid = $3 and id <> $1 and ended_at is null`,
    [self.id, self.host, self.pid],
  );
}

/** Who ended long ago is forgotten; the last worker is kept, so that a page can say since when there is none. */
export async function forgetProcesses(db: Queryable): Promise<void> {
  await db.execute(
    `delete from operations.processes p
      where not (${processAlive}) and last_seen_at < now() - interval '7 days'
        and id not in (select id from operations.processes where role <> 'web' order by last_seen_at desc limit 1)`,
  );
}

/** Those that run, and those that ended within a day, newest heartbeat first. */
export function listProcesses(db: Queryable): Promise<ProcessRow[]> {
  return db.query(
    `select id, role, version, host, pid, address, key_ids as "keyIds", facts, started_at as "startedAt",
            last_seen_at as "lastSeenAt", ended_at as "endedAt", ${processAlive} as alive
       from operations.processes
      where ${processAlive} or last_seen_at > now() - interval '1 day'
      order by ${processAlive} desc, role, host, started_at desc
      limit 200`,
  );
}

/** The newest heartbeat a database knows of: what tells how far a replica is behind. */
export async function newestHeartbeat(db: Queryable): Promise<Date | null> {
  const row = await db.one<{ at: Date | null }>('select max(last_seen_at) as at from operations.processes');
  return row.at;
}

export interface WorkerPresence {
  running: number;
  /** When the last one was seen; null while one runs, and when there never was one. */
  noneSince: Date | null;
}

export function readWorkerPresence(db: Queryable): Promise<WorkerPresence> {
  return db.one(
    `select count(*) filter (where ${processAlive})::int as running,
            case when count(*) filter (where ${processAlive}) = 0 then max(last_seen_at) end as "noneSince"
       from operations.processes where role <> 'web'`,
  );
}
