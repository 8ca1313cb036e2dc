import type { Database } from '../../../platform/database/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { area } from './model.ts';

/** Tasks, leases and reactions: is there work nobody does? */
export async function workChecks(db: Database): Promise<DoctorCheck[]> {
  return [...(await tasks(db)), ...(await queue(db)), ...(await webhooks(db)), ...(await retention(db))];
}

async function tasks(db: Database): Promise<DoctorCheck[]> {
  const { ok, warning, info } = area('tasks');
  const row = await db.one<{ pending: number; leased: number; overdue: number; lost: number; oldest: Date | null }>(
    `select count(*) filter (where state <> 'leased') as pending, count(*) filter (where state = 'leased') as leased,
            count(*) filter (where state <> 'leased' and greatest(created_at, not_before) < now() - interval '30 minutes') as overdue,
            count(*) filter (where state = 'leased' and lease_until < now() - interval '1 minute') as lost,
            min(greatest(created_at, not_before)) filter (where state <> 'leased') as oldest
       from shared.tasks where state in ('pending', 'leased', 'staged')`,
  );
  const words = `${row.pending} wait, ${row.leased} are carried out`;
  const checks: DoctorCheck[] = [];
  if (row.overdue > 0) {
    const remedy =
      'A first sync of a large server may take that long. Otherwise add a worker, or look at paused hosts.';
    checks.push(
      warning(
        'tasks',
        `${words}; ${row.overdue} have waited for more than half an hour, since ${row.oldest?.toISOString()}`,
        remedy,
      ),
    );
  } else checks.push(ok('tasks', words));
  if (row.lost > 0) {
    checks.push(warning('leases', `${row.lost} ended and were not given back`, 'Start a worker: it takes them over.'));
  }
  const paused = await db.query<{ host: string; until: Date }>(
    'select host_key as host, paused_until as until from shared.paused_hosts order by 1 limit 20',
  );
  for (const { host, until } of paused)
    checks.push(info('paused host', `${host} until ${until.toISOString()}, as it asked`));
  return checks;
}

async function queue(db: Database): Promise<DoctorCheck[]> {
  const { ok, warning } = area('reactions');
  const row = await db.one<{ waiting: number; old: number; failed: number }>(
    `select count(*) filter (where state in ('created', 'retry')) as waiting,
            count(*) filter (where state in ('created', 'retry') and start_after < now() - interval '10 minutes') as old,
            count(*) filter (where state = 'failed') as failed
       from jobs.job`,
  );
  const words = `${row.waiting} wait, ${row.failed} failed within the hour`;
  if (row.old === 0 && row.failed === 0) return [ok('queue', words)];
  const remedy = 'Look for “job queue” and errors in the workers’ log; what was lost is found by the next sweep.';
  return [warning('queue', `${words}; ${row.old} have waited for more than ten minutes`, remedy)];
}

async function webhooks(db: Database): Promise<DoctorCheck[]> {
  const { ok, warning } = area('webhooks');
  const incoming = await db.one<{ waiting: number; failed: number; own: number; broken: number; refused: number }>(
    `select (select count(*) from shared.incoming_deliveries where state = 'waiting' and received_at < now() - interval '10 minutes') as waiting,
            (select count(*) from shared.incoming_deliveries where state = 'failed' and received_at > now() - interval '1 day') as failed,
            (select count(*) from shared.own_webhooks) as own,
            (select count(*) from shared.own_webhooks where error_code is not null) as broken,
            (select coalesce(sum(times), 0)::int from shared.refused_calls where day >= current_date - 1) as refused`,
  );
  const sent = await db.one<{ endpoints: number; off: number; failing: number }>(
    `select count(*) as endpoints, count(*) filter (where disabled_at is not null) as off,
            count(*) filter (where failing_since is not null and disabled_at is null) as failing from operations.webhook_endpoints`,
  );
  const words = `${incoming.own} of our own on outside systems, ${incoming.failed} deliveries failed and ${incoming.refused} were refused since yesterday`;
  const checks: DoctorCheck[] = [
    incoming.waiting + incoming.failed + incoming.broken === 0
      ? ok('incoming', words)
      : warning(
          'incoming',
          `${words}; ${incoming.waiting} wait for more than ten minutes, ${incoming.broken} could not be set up`,
          'Open the inbox of the integration: each line has its code and what to do.',
        ),
  ];
  const outgoing = `${sent.endpoints} addresses, ${sent.failing} failing, ${sent.off} switched off`;
  checks.push(
    sent.failing + sent.off === 0
      ? ok('outgoing', outgoing)
      : warning('outgoing', outgoing, 'Open Settings, Webhooks: each address shows its last answer.'),
  );
  return checks;
}

async function retention(db: Database): Promise<DoctorCheck[]> {
  const { ok, warning, info } = area('retention');
  const row = await db.one<{ last: Date | null; failed: number; stale: boolean | null }>(
    `select max(started_at) as last, max(started_at) < now() - interval '3 days' as stale,
            (count(*) filter (where error_code is not null and started_at > now() - interval '2 days'))::int as failed
       from operations.retention_runs`,
  );
  if (row.last === null) return [info('nightly run', 'has not run yet')];
  const words = `last run ${row.last.toISOString()}`;
  if (row.failed > 0)
    return [
      warning('nightly run', `${words}, ${row.failed} failures`, 'Look for “retention failed” in the workers’ log.'),
    ];
  if (row.stale === true) return [warning('nightly run', words, 'Keep a worker running at night (02:41 UTC).')];
  return [ok('nightly run', words)];
}
