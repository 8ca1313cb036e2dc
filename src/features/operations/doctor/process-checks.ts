import type { Database } from '../../../platform/database/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { listProcesses, type ProcessRow, readWorkerPresence } from '../processes/store.ts';
import { area, judgeDisk, judgeMemory, judgeSkew, size } from './model.ts';

const { ok, info, warning, bad } = area('processes');

/** What each process said of itself and its machine with its last heartbeat. */
export async function processChecks(db: Database, version: string): Promise<DoctorCheck[]> {
  const rows = await listProcesses(db);
  const workers = await readWorkerPresence(db);
  const live = rows.filter((row) => row.alive);
  const checks = live.flatMap((row) => machineChecks(row));
  if (workers.running > 0) checks.unshift(ok('workers', `${workers.running} run`));
  else {
    const since = workers.noneSince === null ? 'none ever ran' : `none since ${workers.noneSince.toISOString()}`;
    checks.unshift(bad('workers', since, 'Start one: plumbline up --role worker (or --role all).'));
  }
  const versions = new Set(live.map((row) => row.version));
  if (versions.size > 1) {
    const list = [...versions].join(', ');
    checks.push(
      warning('versions', `processes run ${list}; this one ${version}`, 'Bring all processes to one version.'),
    );
  }
  const silent = rows.filter((row) => !row.alive && row.endedAt === null);
  for (const row of silent) {
    checks.push(
      info(
        'silent',
        `${row.role} ${row.host} (${row.pid}), last seen ${row.lastSeenAt.toISOString()}, did not end in order`,
      ),
    );
  }
  return checks;
}

function machineChecks(row: ProcessRow): DoctorCheck[] {
  const name = `${row.role} ${row.host} (${row.pid})`;
  const number = (fact: string): number | undefined =>
    typeof row.facts[fact] === 'number' ? (row.facts[fact] as number) : undefined;
  const checks = [
    info(
      name,
      `version ${row.version}, Node ${String(row.facts['node'])}, since ${row.startedAt.toISOString()}, last seen ${row.lastSeenAt.toISOString()}`,
    ),
  ];
  const [rss, limit] = [number('rssBytes'), number('memoryLimitBytes')];
  if (rss !== undefined && limit !== undefined) {
    const words = `${size(rss)} of ${size(limit)} in use`;
    checks.push(
      judgeMemory(rss, limit) === 'ok'
        ? ok(`${name} memory`, words)
        : warning(`${name} memory`, words, 'Give the process more memory, or let it run fewer tasks at once.'),
    );
  }
  const [free, total] = [number('freeDiskBytes'), number('diskBytes')];
  if (free !== undefined && total !== undefined) {
    const words = `${size(free)} of ${size(total)} free where the state directory is`;
    const outcome = judgeDisk(free, total);
    const remedy = 'Free space there; with the embedded database syncs stop when it is full.';
    checks.push(outcome === 'ok' ? ok(`${name} disk`, words) : { ...warning(`${name} disk`, words, remedy), outcome });
  }
  const skew = number('clockSkewMs');
  if (skew !== undefined) {
    const { outcome, words } = judgeSkew(skew);
    if (outcome !== 'ok') {
      checks.push({
        ...warning(`${name} clock`, `${words} the database’s`, 'Let it follow a time server.'),
        outcome,
      });
    }
  }
  return checks;
}
