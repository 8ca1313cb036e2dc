import type { Database } from '../../../platform/database/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { countOthers, readKeyRows, sealedTables } from '../../../platform/vault/rotation.ts';
import type { DoctorCheck } from '../contract.ts';
import { readInstallation } from '../installation/store.ts';
import { area } from './model.ts';

/** What the asked process was started with, without a secret. */
export interface HubFacts {
  /** Variables that are set, by name; of a secret one only that it is. */
  settings: readonly { name: string; value: string }[];
  unknownVariables: readonly string[];
  publicUrl: URL;
  publicUrlIsSet: boolean;
  listensOnLoopback: boolean;
  insecureHttp: boolean;
  embeddedDatabase: boolean;
  /** What the read replica is doing; undefined where none is configured. */
  replica?: { answers: boolean; lagSeconds: number | null; reason: string | null } | undefined;
}

export function hubChecks(facts: HubFacts): DoctorCheck[] {
  const { ok, info, warning } = area('configuration');
  const settings = facts.settings.map(({ name, value }) => `${name}=${value}`).join(' ');
  const checks = [info('settings', settings === '' ? 'everything as it comes' : settings)];
  if (facts.unknownVariables.length > 0) {
    const names = facts.unknownVariables.join(', ');
    checks.push(
      warning('settings', `not known: ${names}`, 'Look for a misspelt name; docs/configuration.md lists all.'),
    );
  }
  const url = facts.publicUrl.href;
  if (!facts.publicUrlIsSet && !facts.listensOnLoopback) {
    const remedy = 'Set PLUMBLINE_PUBLIC_URL to how browsers and outside systems reach the hub.';
    checks.push(warning('public URL', `not set; ${url} is used`, remedy));
  } else if (facts.publicUrl.protocol === 'http:' && facts.publicUrlIsSet) {
    checks.push(
      warning('public URL', `${url} is not encrypted`, 'Serve it over https, by a proxy or PLUMBLINE_TLS_CERT.'),
    );
  } else if (!facts.publicUrlIsSet) {
    checks.push(info('public URL', `${url}: this machine only; outside systems cannot deliver webhooks`));
  } else checks.push(ok('public URL', url));
  if (facts.insecureHttp) {
    const remedy = 'Remove PLUMBLINE_INSECURE_HTTP once https works.';
    checks.push(warning('sign-in', 'people may sign in over plain http', remedy));
  }
  checks.push(info('database', facts.embeddedDatabase ? 'embedded' : 'external'));
  if (facts.replica !== undefined) checks.push(replicaCheck(facts.replica));
  return checks;
}

function replicaCheck(state: NonNullable<HubFacts['replica']>): DoctorCheck {
  const { ok, warning } = area('configuration');
  const { answers, lagSeconds, reason } = state;
  const lag = lagSeconds === null ? '' : `, ${lagSeconds.toFixed(1)} s behind`;
  if (!answers) {
    const remedy =
      'Dashboards read the primary until it answers again. Check PLUMBLINE_READ_DATABASE_URL and that server.';
    return warning('read replica', `not used: ${reason ?? 'it does not answer'}`, remedy);
  }
  if (lagSeconds !== null && lagSeconds > 60) {
    return warning('read replica', `answers${lag}`, 'Look at replication: dashboards show what was true then.');
  }
  return ok('read replica', `answers${lag}`);
}

/** A copy that waits is no fault of it, but nothing syncs by itself until somebody says what it is. */
export async function installationChecks(db: Database): Promise<DoctorCheck[]> {
  const { ok, warning } = area('installation');
  const row = await readInstallation(db);
  if (row?.heldSince == null) return [ok('identity', row?.id ?? 'none yet')];
  const remedy = 'Say what it is: plumbline installation take-over, or plumbline installation separate.';
  return [warning('identity', `a copy of ${row.copiedFrom}, held since ${row.heldSince.toISOString()}`, remedy)];
}

/** Does this process open what is stored, and is a rotation unfinished? */
export async function vaultChecks(db: Database, vault: Vault): Promise<DoctorCheck[]> {
  const { ok, warning, bad } = area('secrets');
  const rows = await readKeyRows(db);
  const checks = [ok('key', `sealed with key ${vault.sealsWith()}, held: ${vault.keyIds().join(', ')}`)];
  if (rows.length > 1) {
    const left = await countOthers(db, rows.at(-1)?.id ?? '');
    checks.push(
      warning(
        'rotation',
        `not finished, ${left} rows under an older key`,
        'Run plumbline secrets rotate: it goes on where it was.',
      ),
    );
  }
  const unopened: string[] = [];
  for (const table of await sealedTables(db)) {
    const held = vault.keyIds();
    const { n } = await db.one<{ n: number }>(
      `select count(*) as n from ${table}
        where exists (select from jsonb_path_query(sealed, '$.**.keyId') k where not k #>> '{}' = any($1::text[]))`,
      [held],
    );
    if (n > 0) unopened.push(`${table} ${n}`);
  }
  if (unopened.length > 0) {
    const remedy = 'Put the older key back into vault.keys, or enter these secrets again.';
    checks.push(bad('secrets', `under a key that is not held: ${unopened.join(', ')}`, remedy));
  }
  return checks;
}
