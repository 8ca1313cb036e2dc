import { type Job, type JobResult, PgBoss } from 'pg-boss';
import { connectionBudget, type Queryable, type Tx } from '../database/index.ts';
import type { Log } from '../telemetry/log.ts';
import { onceAWhile } from './once-a-while.ts';
import { prepareStatements } from './prepare-statements.ts';

/**
 * What a room does when another published a change. It gets keys only, reads the present state and writes only what
 * differs; so order, repetition and the loss of one are harmless.
 */
export interface Reaction {
  /** Unique; also the queue's name. */
  name: string;
  handle(key: string, signal: AbortSignal): Promise<void>;
  /** The same for several keys at once, where that costs less than one after the other. Where it fails each is tried alone. */
  handleTogether?(keys: readonly string[], signal: AbortSignal): Promise<void>;
  /** Waits so long after it is first asked for, so that a burst of publishes is answered by one run. Default: not at all. */
  gatherSeconds?: number;
  /** UTC cron expression at which it also runs with key `sweep`, to find what was lost. */
  sweep?: string;
}

export interface Jobs {
  /**
   * Asks for a reaction in the caller's transaction. A burst for one key becomes one running and one waiting. Where this
   * process carries reactions out it begins with the commit, elsewhere with the next look.
   */
  enqueue(tx: Queryable | Tx, name: string, key: string): Promise<void>;
  /** Starts carrying out reactions in this process. */
  startWorking(): Promise<void>;
  stop(): Promise<void>;
}

export interface JobsOptions {
  connectionString: string;
  reactions: readonly Reaction[];
  log: Log;
}

/** The shortest heartbeat pg-boss knows; with the monitor at 2 s a killed process's reaction runs again within 15 s. */
const heartbeatSeconds = 10;
const monitorSeconds = 2;

/**
 * Jobs fetched at once and handled one after the other. One per look would be one a second: the first reading of ten
 * thousand projects asks for tens of thousands, and what happens meanwhile would wait for hours behind them.
 */
const batchSize = 20;

/** What another process asked for, and what was to wait, is found so late. Each queue is looked at by itself. */
const pollingIntervalSeconds = 1;

/** A first reading commits dozens of times a second, and each look costs as much as a small job. */
const wakeEveryMs = 250;

type KeyedJob = Job<{ key?: string }>;
const keyOf = ({ data }: KeyedJob): string => data.key ?? 'sweep';

async function handleAll(reaction: Reaction, jobs: readonly KeyedJob[]): Promise<JobResult[]> {
  if (reaction.handleTogether === undefined || jobs.length < 2) return handleEach(reaction, jobs);
  try {
    await reaction.handleTogether(jobs.map(keyOf), AbortSignal.any(jobs.map(({ signal }) => signal)));
    return jobs.map(({ id }) => ({ id, status: 'completed' }));
  } catch {
    return handleEach(reaction, jobs);
  }
}

/** One that fails is tried again alone. */
async function handleEach(reaction: Reaction, jobs: readonly KeyedJob[]): Promise<JobResult[]> {
  const results: JobResult[] = [];
  for (const job of jobs) {
    const { id } = job;
    try {
      await reaction.handle(keyOf(job), job.signal);
      results.push({ id, status: 'completed' });
    } catch (error) {
      results.push({ id, status: 'failed', output: { message: (error as Error).message } });
    }
  }
  return results;
}

/** pg-boss behind the few things reactions need. Its tables are in schema `jobs`; no state of ours is read from there. */
export async function createJobs(options: JobsOptions): Promise<Jobs> {
  const names = options.reactions.map((reaction) => reaction.name);
  const gatherSeconds = new Map(options.reactions.map((reaction) => [reaction.name, reaction.gatherSeconds ?? 0]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two reactions are named ${twice}`);
  const boss = new PgBoss({
    connectionString: options.connectionString,
    application_name: 'plumbline jobs',
    schema: 'jobs',
    max: connectionBudget.jobs,
    superviseIntervalSeconds: monitorSeconds,
    monitorIntervalSeconds: monitorSeconds,
  });
  boss.on('error', (error: Error) => options.log.warn({ error: error.message }, 'job queue'));
  prepareStatements(boss.getDb());
  await boss.start();
  for (const name of names) {
    await boss.createQueue(name, {
      policy: 'stately',
      retryLimit: 5,
      retryBackoff: true,
      retryDelay: 1,
      retryDelayMax: 60,
      heartbeatSeconds,
      deleteAfterSeconds: 3_600,
    });
  }
  /** Of the worker of each queue, once it works in this process. */
  const workers = new Map<string, string>();
  const waking = onceAWhile(wakeEveryMs, (name) => {
    const worker = workers.get(name);
    if (worker !== undefined) boss.notifyWorker(worker);
  });
  return {
    async enqueue(tx, name, key) {
      if (!names.includes(name)) throw new Error(`no reaction is named ${name}`);
      const startAfter = gatherSeconds.get(name) ?? 0;
      // A waiting job of the same key answers this one too: send() returns null, which is no failure.
      await boss.send(
        name,
        { key },
        {
          singletonKey: key,
          startAfter,
          db: { executeSql: async (text, values) => ({ rows: await tx.query(text, values) }) },
        },
      );
      if (startAfter > 0) return;
      if ('afterCommit' in tx) tx.afterCommit(() => waking.call(name));
      else waking.call(name);
    },
    async startWorking() {
      for (const reaction of options.reactions) {
        const worker = await boss.work(
          reaction.name,
          { pollingIntervalSeconds, batchSize, burstWhenBatchFull: true, perJobResults: true },
          (jobs: KeyedJob[]) => handleAll(reaction, jobs),
        );
        workers.set(reaction.name, worker);
        if (reaction.sweep !== undefined)
          await boss.schedule(reaction.name, reaction.sweep, { key: 'sweep' }, { tz: 'UTC' });
      }
    },
    async stop() {
      waking.stop();
      await boss.stop({ graceful: true, timeout: 10_000 });
    },
  };
}
