import type { Deployment, Doubt, EnvironmentType, Place } from './contract.ts';

/** As people see it: that it was taken back counts more than how it ended. */
export const stateOf = `case when d.rolled_back then 'rolled_back' else d.status end`;

const placeNames = `p.service, p.service_scope as "serviceScope", p.service_name as "serviceName", p.environment, p.environment_scope as "environmentScope",
  p.environment_name as "environmentName", p.environment_type as "environmentType", p.infrastructure, p.integration_id as "integrationId",
  i.name as "integrationName"`;

export const placeColumns = `p.id, p.running_id as "runningId", p.newest_id as "newestId", p.doubt, ${placeNames}`;

export const deploymentColumns = `d.id, d.source, d.source_key as key, d.execution_id as "executionId", ${placeNames}, ${stateOf} as state, d.status, d.raw_status as "rawStatus",
  d.takes_back as "takesBack", d.superseded, coalesce(p.running_id = d.id, false) as "runsNow", d.image, d.image_digest as digest,
  coalesce((select jsonb_agg(m.id order by m.id) from shared.images m where m.digest = d.image_digest and m.gone_at is null), '[]') as "imageIds",
  d.version, d.commit, d.link, d.reported_by as "reportedBy", d.started_at as "startedAt", d.ended_at as "endedAt",
  d.rolled_back_at as "rolledBackAt", d.at`;

interface Names {
  service: string;
  serviceScope: string;
  serviceName: string;
  environment: string;
  environmentScope: string;
  environmentName: string;
  environmentType: EnvironmentType | null;
  infrastructure: string;
  integrationId: number | null;
  integrationName: string | null;
}

export interface PlaceRow extends Names {
  id: number;
  runningId: number | null;
  newestId: number | null;
  doubt: Doubt | null;
}

export interface DeploymentRow
  extends Names,
    Pick<
      Deployment,
      | 'id'
      | 'source'
      | 'key'
      | 'executionId'
      | 'state'
      | 'status'
      | 'rawStatus'
      | 'takesBack'
      | 'superseded'
      | 'runsNow'
      | 'version'
      | 'commit'
      | 'link'
      | 'reportedBy'
    > {
  image: string | null;
  digest: string | null;
  imageIds: number[];
  startedAt: Date | null;
  endedAt: Date | null;
  rolledBackAt: Date | null;
  at: Date;
}

const named = (row: Names) => ({
  service: { key: row.service, name: row.serviceName, scope: row.serviceScope },
  environment: {
    key: row.environment,
    name: row.environmentName,
    scope: row.environmentScope,
    type: row.environmentType,
  },
  infrastructure: row.infrastructure === '' ? null : row.infrastructure,
  integration:
    row.integrationId === null
      ? null
      : { id: row.integrationId, name: row.integrationName ?? `deleted integration ${row.integrationId}` },
});

export function deploymentFrom(row: DeploymentRow): Deployment {
  const {
    id,
    source,
    key,
    executionId,
    state,
    status,
    rawStatus,
    takesBack,
    superseded,
    runsNow,
    version,
    commit,
    link,
  } = row;
  const { image, digest, imageIds } = row;
  return {
    id,
    source,
    key,
    executionId,
    ...named(row),
    state,
    status,
    rawStatus,
    takesBack,
    superseded,
    runsNow,
    image: image === null && digest === null ? null : { reference: image, digest, ids: imageIds },
    version,
    commit,
    link,
    reportedBy: row.reportedBy,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    rolledBackAt: row.rolledBackAt?.toISOString() ?? null,
    at: row.at.toISOString(),
  };
}

export function placeFrom(row: PlaceRow, deployments: ReadonlyMap<number, Deployment>): Place {
  const { id, runningId, newestId, doubt } = row;
  return {
    id,
    ...named(row),
    running: runningId === null ? null : (deployments.get(runningId) ?? null),
    newest: newestId === null || newestId === runningId ? null : (deployments.get(newestId) ?? null),
    doubt,
  };
}
