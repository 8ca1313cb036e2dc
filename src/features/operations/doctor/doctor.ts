import { redactText } from '../../../platform/telemetry/index.ts';
import type { Database, MigrationId } from '../../../platform/database/index.ts';
import type { Log } from '../../../platform/telemetry/index.ts';
import type { Vault } from '../../../platform/vault/index.ts';
import { type Route, route } from '../../access/index.ts';
import { type DoctorCheck, DoctorReport } from '../contract.ts';
import { auditTrailChecks } from './audit-trail-checks.ts';
import { databaseChecks } from './database-checks.ts';
import { type HubFacts, hubChecks, installationChecks, vaultChecks } from './hub-checks.ts';
import { area } from './model.ts';
import { processChecks } from './process-checks.ts';
import { type SourceCheckOptions, sourceChecks } from './source-checks.ts';
import { type RecordForms, upgradeChecks } from './upgrade-check.ts';
import { workChecks } from './work-checks.ts';

export interface DoctorOptions extends SourceCheckOptions {
  db: Database;
  log: Log;
  vault: Vault;
  version: string;
  /** What this version has. */
  migrations: readonly MigrationId[];
  facts(): HubFacts;
  recordForms: RecordForms;
  now(): Date;
}

export function doctorRoutes(options: DoctorOptions): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/doctor',
      permission: 'settings:write',
      scope: 'organization',
      summary: 'Examines the installation: what is well, what is not, and what to do. Holds nothing secret.',
      tag: 'Operations',
      response: DoctorReport,
      async handle() {
        const { db, version, vault } = options;
        const parts = await Promise.all([
          examine('configuration', options, async () => hubChecks(options.facts())),
          examine('installation', options, () => installationChecks(db)),
          examine('processes', options, () => processChecks(db, version)),
          examine('database', options, () => databaseChecks(db, options.migrations)),
          examine('secrets', options, () => vaultChecks(db, vault)),
          examine('audit trail', options, () => auditTrailChecks(db, options.now)),
          examine('upgrade', options, () => upgradeChecks(db, options.recordForms)),
          examine('work', options, () => workChecks(db)),
          examine('integrations', options, () => sourceChecks(options)),
        ]);
        return { version, madeAt: options.now().toISOString(), checks: parts.flat() };
      },
    }),
  ];
}

/** What cannot be examined is a finding, and no reason to say nothing of the rest. */
async function examine(
  name: string,
  { log }: DoctorOptions,
  work: () => Promise<DoctorCheck[]>,
): Promise<DoctorCheck[]> {
  try {
    const checks = await work();
    return checks.map((check) => ({ ...check, message: redactText(check.message) }));
  } catch (error) {
    log.error({ area: name, error: (error as Error).message }, 'doctor could not examine');
    return [
      area(name).bad('examination', 'could not be carried out', 'Look for “doctor could not examine” in the log.'),
    ];
  }
}
