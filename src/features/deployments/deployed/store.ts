import type { Queryable } from '../../../platform/database/index.ts';
import type { Reported } from './model.ts';

/** What a pipeline told of a deployment until now. */
export function findReported(
  tx: Queryable,
  place: number,
  key: string,
): Promise<(Reported & { id: number }) | undefined> {
  return tx.maybeOne(
    `select id, status, started_at as "startedAt", ended_at as "endedAt", rolled_back_at as "rolledBackAt", image, image_digest as digest, version, commit,
            environment_type as "environmentType", link
       from deployments.deployments where source = 'pushed' and place_id = $1 and source_key = $2`,
    [place, key],
  );
}

export interface ReportedRow extends Reported {
  place: number;
  key: string;
  at: Date;
  by: string;
}

export async function insertReported(
  tx: Queryable,
  row: ReportedRow & { service: string; environment: string; integrationId: number | null },
): Promise<number> {
  const { id } = await tx.one<{ id: number }>(
    `insert into deployments.deployments (source, source_key, place_id, service_name, environment_name, status, rolled_back, rolled_back_at,
            started_at, ended_at, at, image, image_digest, version, commit, environment_type, link, reported_by, integration_id)
     values ('pushed', $1, $2, $3, $4, $5, $6::timestamptz is not null, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) returning id`,
    [row.key, row.place, row.service, row.environment, ...standingOf(row), row.by, row.integrationId],
  );
  return id;
}

export async function updateReported(tx: Queryable, id: number, row: ReportedRow): Promise<void> {
  await tx.execute(
    `update deployments.deployments
        set status = $2, rolled_back = $3::timestamptz is not null, rolled_back_at = $3, started_at = $4, ended_at = $5, at = $6, image = $7,
            image_digest = $8, version = $9, commit = $10, environment_type = $11, link = $12, reported_by = $13, changed_at = now()
      where id = $1`,
    [id, ...standingOf(row), row.by],
  );
}

const standingOf = (row: ReportedRow): unknown[] => [
  row.status,
  row.rolledBackAt,
  row.startedAt,
  row.endedAt,
  row.at,
  row.image,
  row.digest,
  row.version,
  row.commit,
  row.environmentType,
  row.link,
];
