import type { Database } from '../../../platform/database/index.ts';
import { verifyAuditTrail } from '../../access/index.ts';
import type { DoctorCheck } from '../contract.ts';
import { area } from './model.ts';

const { ok, bad } = area('audit trail');

/** Every row is hashed again. What the newest hashes to is said, so that it can be noted where nobody of here can write. */
export async function auditTrailChecks(db: Database, now: () => Date): Promise<DoctorCheck[]> {
  const { rows, last, removed, broken } = await verifyAuditTrail(db, { now });
  if (broken !== null) {
    const remedy =
      'Somebody wrote to the database past the hub, or part of a backup was loaded: find out who can, and compare with an export or a backup from before.';
    return [bad('chain', `${broken.kind}: ${broken.message}`, remedy)];
  }
  const since = removed === null ? '' : `; retention removed those up to ${removed.sequence}`;
  const end = last === null ? '' : `; the last is ${last.sequence} with hash ${last.hash}`;
  return [ok('chain', `${rows} rows, each as it was written${since}${end}`)];
}
