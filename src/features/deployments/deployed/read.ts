import type { z } from 'zod';
import { beginningWith, containing, type Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { hasOutcome, isHeld, outcomeValues } from './delivery/counted.ts';
import { readFailureSettings } from './delivery/settings.ts';
import { readDeriving } from './from-harness/again.ts';
import type { HeldByNode } from '../../access/index.ts';
import type { Deployment, DeploymentDetail, DeploymentList, DeploymentQuery, Place } from './contract.ts';
import { type DeploymentRow, deploymentFrom, type PlaceRow, placeFrom } from './rows.ts';
import { deploymentColumns, placeColumns, stateOf } from './rows.ts';

const pageSize = 50;
const shownHistory = 20;

const joined = `deployments.deployments d join deployments.places p on p.id = d.place_id
  left join shared.integrations i on i.id = d.integration_id`;

const matching = `($1::text is null or p.service_name ilike $1 or p.environment_name ilike $1 or d.source_key ilike $1 or d.image ilike $1 or d.version ilike $1
       or d.commit like $2 or d.image_digest like $2 or d.image_digest like 'sha256:' || $2)
   and ($3::text[] is null or ${stateOf} = any ($3)) and ($4::text[] is null or coalesce(p.environment_type, 'none') = any ($4))
   and ($5::text[] is null or p.environment_name = any ($5)) and ($6::text[] is null or p.service_name = any ($6))
   and ($7::bigint[] is null or d.integration_id = any ($7)) and ($8::bigint[] is null or d.place_id = any ($8))
   and ($9::timestamptz is null or d.at >= $9) and ($10::timestamptz is null or d.at < $10) and ${hasOutcome(11)} and ${isHeld(15)}`;

/** One page of the deployments, the newest first. Throws `org_node_not_found`. */
export async function listDeployments(
  db: Queryable,
  query: z.output<typeof DeploymentQuery>,
  heldBy: HeldByNode,
): Promise<DeploymentList> {
  const { page } = query;
  const values = await valuesOf(db, query, heldBy);
  const { total } = await db.one<{ total: number }>(
    `select count(*) as total from ${joined} where ${matching}`,
    values,
  );
  const rows = await db.query<DeploymentRow>(
    `select ${deploymentColumns} from ${joined} where ${matching} order by d.at desc, d.id desc limit ${pageSize} offset $16`,
    [...values, (page - 1) * pageSize],
  );
  return { deriving: await readDeriving(db), deployments: rows.map(deploymentFrom), total, page, pageSize };
}

type Filter = Omit<z.output<typeof DeploymentQuery>, 'page'>;

/** Throws `org_node_not_found`. */
async function valuesOf(db: Queryable, query: Filter, heldBy: HeldByNode): Promise<unknown[]> {
  const { state, type, environment, service, integration, place, from, to } = query;
  const text = query.search?.trim().toLowerCase();
  return [
    containing(query.search),
    beginningWith(text === '' ? undefined : text),
    ...[state, type, environment, service, integration, place, from, to].map((value) => value ?? null),
    ...outcomeValues(await readFailureSettings(db), query.outcome),
    query.node === undefined ? null : await heldBy(db, query.node, 'service'),
  ];
}

export interface DeploymentCount {
  /** As many as the list shows under the same filter. */
  total: number;
  newestAt: Date | null;
  /** False while deployments are made again after an upgrade. */
  whole: boolean;
}

/** Throws `org_node_not_found`. */
export async function countDeployments(
  db: Queryable,
  query: Pick<Filter, 'node' | 'outcome' | 'from'>,
  heldBy: HeldByNode,
): Promise<DeploymentCount> {
  const counted = await db.one<Omit<DeploymentCount, 'whole'>>(
    `select count(*) as total, max(d.at) as "newestAt" from ${joined} where ${matching}`,
    await valuesOf(db, query, heldBy),
  );
  return { ...counted, whole: (await readDeriving(db)) === null };
}

export async function readDeployments(db: Queryable, ids: readonly number[]): Promise<Map<number, Deployment>> {
  const rows = await db.query<DeploymentRow>(`select ${deploymentColumns} from ${joined} where d.id = any ($1)`, [ids]);
  return new Map(rows.map((row) => [row.id, deploymentFrom(row)]));
}

/** Throws `deployment_not_found`. */
export async function findDeployment(db: Queryable, id: number): Promise<Deployment> {
  const found = (await readDeployments(db, [id])).get(id);
  if (found === undefined) throw new PlumblineError('deployment_not_found');
  return found;
}

export async function readPlaces(db: Queryable, ids: readonly number[]): Promise<Map<number, Place>> {
  const rows = await db.query<PlaceRow>(
    `select ${placeColumns} from deployments.places p left join shared.integrations i on i.id = p.integration_id where p.id = any ($1)`,
    [ids],
  );
  const named = rows.flatMap(({ runningId, newestId }) => [runningId, newestId].filter((id) => id !== null));
  const deployments = await readDeployments(db, named);
  return new Map(rows.map((row) => [row.id, placeFrom(row, deployments)]));
}

/** One deployment with what runs in its place, and what did before it. Throws `deployment_not_found`. */
export async function readDetail(db: Queryable, id: number): Promise<DeploymentDetail> {
  const deployment = await findDeployment(db, id);
  const { place: placeId } = await db.one<{ place: number }>(
    'select place_id as place from deployments.deployments where id = $1',
    [id],
  );
  const before = await db.maybeOne<DeploymentRow>(
    `select ${deploymentColumns} from ${joined}
      where d.place_id = $1 and d.status = 'succeeded' and not d.rolled_back and not d.takes_back and d.at <= $2 and d.id <> $3
      order by d.at desc, d.id desc limit 1`,
    [placeId, deployment.at, id],
  );
  const history = await db.query<DeploymentRow>(
    `select ${deploymentColumns} from ${joined} where d.place_id = $1 order by d.at desc, d.id desc limit ${shownHistory}`,
    [placeId],
  );
  const place = (await readPlaces(db, [placeId])).get(placeId);
  if (place === undefined) throw new PlumblineError('deployment_not_found');
  return {
    deployment,
    place,
    run: await readRun(db, deployment.executionId),
    before: before === undefined ? null : deploymentFrom(before),
    history: history.map(deploymentFrom),
  };
}

async function readRun(db: Queryable, id: number | null): Promise<DeploymentDetail['run']> {
  if (id === null) return null;
  const run = await db.maybeOne<NonNullable<DeploymentDetail['run']>>(
    `select id, integration_id as "integrationId", organization, project, pipeline, coalesce(pipeline_name, pipeline) as name, number
       from deployments.executions where id = $1`,
    [id],
  );
  return run ?? null;
}
