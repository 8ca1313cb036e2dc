import type { Database } from '../../../platform/database/index.ts';
import { catalogue, isPlumblineError } from '../../../platform/errors/index.ts';
import type { Connecting, Connection, SourceSummary } from '../../integrations/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { area, judgeSkew } from './model.ts';

export interface SourceCheckOptions {
  db: Database;
  connect: Connecting['connect'];
}

const { ok, info, warning, bad } = area('integrations');
const probeMs = 5_000;
/** Probed at once. */
const batch = 8;

interface Standing {
  id: number;
  name: string;
  kind: string;
  state: string;
  health: string | null;
  status: string | null;
  at: Date | null;
  errorCode: string | null;
}

/** Per integration its health, its last run, and whether its host answers from here. */
export async function sourceChecks(options: SourceCheckOptions): Promise<DoctorCheck[]> {
  const rows = await options.db.query<Standing>(
    `select i.id, i.name, i.kind, i.state, h.health, r.status, r.finished_at as at, r.error_code as "errorCode"
       from shared.integrations i
       left join shared.integration_health h on h.integration_id = i.id
       left join lateral (select status, finished_at, error_code from shared.runs
                           where integration_id = i.id and finished_at is not null and kind <> 'audit'
                           order by id desc limit 1) r on true
      order by i.name limit 200`,
  );
  if (rows.length === 0) return [info('integrations', 'none yet')];
  const checks: DoctorCheck[] = [];
  for (let from = 0; from < rows.length; from += batch) {
    const some = await Promise.all(rows.slice(from, from + batch).map((row) => checkOne(row, options)));
    checks.push(...some.flat());
  }
  return checks;
}

async function checkOne(row: Standing, options: SourceCheckOptions): Promise<DoctorCheck[]> {
  const name = `${row.name} (${row.kind})`;
  const last = row.at === null ? 'no run yet' : `last run ${row.status} ${row.at.toISOString()}`;
  const words = `${row.state}, ${row.health ?? 'health unknown'}, ${last}${row.errorCode === null ? '' : `, ${row.errorCode}`}`;
  const remedy = 'Open its Monitoring page: the run names what to do.';
  const checks = [
    row.health === 'OFFLINE_SATELLITE'
      ? bad(name, words, catalogue.satellite_offline.remedy)
      : row.health === 'CRITICAL'
        ? bad(name, words, remedy)
        : row.health === 'NEEDS_ATTENTION' || row.status === 'failed'
          ? warning(name, words, remedy)
          : ok(name, words),
  ];
  if (row.state === 'active') checks.push(...(await probe(row.id, name, options)));
  return checks;
}

async function probe(id: number, name: string, { connect }: SourceCheckOptions): Promise<DoctorCheck[]> {
  const title = `${name} host`;
  const signal = AbortSignal.timeout(probeMs);
  try {
    return await connect(id, signal, (connection) => askHost(connection, name));
  } catch (error) {
    // The way there is the satellite's to try.
    if (isPlumblineError(error) && error.code === 'read_by_satellite')
      return [info(title, 'a satellite reads it: plumbline satellite check there tries the way')];
    if (isPlumblineError(error)) return [bad(title, `${error.code}: ${error.message}`, error.remedy)];
    if (signal.aborted) return [bad(title, `no answer within ${probeMs / 1000} s`, catalogue.timeout.remedy)];
    return [bad(title, 'the host could not be asked', 'Look into the hub’s log.')];
  }
}

/** One call without a credential: any answer shows that address, TLS and proxy work; its date shows the clock. */
async function askHost(
  { integration, context }: Connection & { integration: SourceSummary },
  name: string,
): Promise<DoctorCheck[]> {
  const url = new URL(integration.hostKey);
  const before = Date.now();
  const { http, signal } = context;
  const answer = await http.request({ method: 'HEAD', url, signal, timeoutMs: probeMs, maxRetries: 0 });
  const middle = (before + Date.now()) / 2;
  const checks = [ok(`${name} host`, `${url.origin} answers with ${answer.status} in ${Date.now() - before} ms`)];
  const date = Date.parse(answer.headers['date'] ?? '');
  // The header has whole seconds.
  const skew = Number.isNaN(date) ? 0 : middle - date - 500;
  const { outcome, words } = judgeSkew(skew);
  if (outcome === 'ok') return checks;
  const apart = warning(`${name} clock`, `this machine is ${words} it`, 'Let both follow a time server.');
  return [...checks, { ...apart, outcome }];
}
