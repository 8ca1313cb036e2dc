import type { CheckReport, CheckResult } from '../../../connectors/contract.ts';
import type { Queryable } from '../../../platform/database/index.ts';

export interface CheckRow {
  id: number;
  integrationId: number;
  takenAt: Date | null;
  results: CheckResult[];
  report: CheckReport | null;
  endedAt: Date | null;
}

const columns = `id, integration_id as "integrationId", taken_at as "takenAt", results, report, ended_at as "endedAt"`;

export async function insertCheck(db: Queryable, integrationId: number, askedBy: string): Promise<number> {
  const { id } = await db.one<{ id: number }>(
    'insert into satellites.checks (integration_id, asked_by) values ($1, $2) returning id',
    [integrationId, askedBy],
  );
  return id;
}

export function readCheck(db: Queryable, id: number): Promise<CheckRow> {
  return db.one(`select ${columns} from satellites.checks where id = $1`, [id]);
}

/** Of several satellites one carries it out. */
export function takeChecks(
  db: Queryable,
  holder: string,
  integrationIds: readonly number[],
): Promise<{ id: number; integrationId: number }[]> {
  return db.query(
    `update satellites.checks set holder = $1, taken_at = now()
      where id in (select id from satellites.checks
                    where ended_at is null and taken_at is null and integration_id = any ($2)
                      and asked_at > now() - interval '5 minutes' order by id limit 4 for update skip locked)
      returning id, integration_id as "integrationId"`,
    [holder, integrationIds],
  );
}

/** False when somebody else carries it out, or nobody waits any more. */
export async function addResult(
  db: Queryable,
  held: { id: number; holder: string },
  result: CheckResult,
): Promise<boolean> {
  const changed = await db.execute(
    `update satellites.checks set results = results || $3::jsonb
      where id = $1 and holder = $2 and ended_at is null and jsonb_array_length(results) < 200`,
    [held.id, held.holder, JSON.stringify([result])],
  );
  return changed > 0;
}

export async function endCheck(
  db: Queryable,
  held: { id: number; holder: string },
  report: CheckReport,
): Promise<boolean> {
  const changed = await db.execute(
    'update satellites.checks set report = $3, ended_at = now() where id = $1 and holder = $2 and ended_at is null',
    [held.id, held.holder, JSON.stringify(report)],
  );
  return changed > 0;
}

/** Nobody waits for it any more. */
export async function abandonCheck(db: Queryable, id: number): Promise<void> {
  await db.execute('update satellites.checks set ended_at = now() where id = $1 and ended_at is null', [id]);
}
