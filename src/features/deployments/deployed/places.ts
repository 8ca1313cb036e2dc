import type { Queryable } from '../../../platform/database/index.ts';

/** What names a service in an environment. Scopes are empty where nothing holds them. */
export interface PlaceKey {
  integrationId: number | null;
  serviceScope: string;
  service: string;
  environmentScope: string;
  environment: string;
  infrastructure: string;
}

/** `org.web` and `account.web` are called `web` where they are defined. */
export const plainReference = (reference: string): string => reference.replace(/^(?:account|org)\./, '');

/** Where Harness defines what it names so, inside a project: organization, organization/project, or empty for the account. */
export function scopeOfReference(reference: string, organization: string, project: string): string {
  if (reference.startsWith('account.')) return '';
  return reference.startsWith('org.') ? organization : project;
}

/** By Harness’s words in small letters. */
export const environmentTypes: Readonly<Record<string, 'production' | 'pre_production'>> = {
  production: 'production',
  preproduction: 'pre_production',
};

/** The place’s row, held until the end of the transaction: what is said of one place is said one after the other. */
export async function holdPlace(
  tx: Queryable,
  place: PlaceKey,
  names: { service: string; environment: string },
): Promise<number> {
  const values = [
    place.integrationId,
    place.serviceScope,
    place.service,
    place.environmentScope,
    place.environment,
    place.infrastructure,
  ];
  await tx.execute(
    `insert into deployments.places (integration_id, service_scope, service, environment_scope, environment, infrastructure, service_name, environment_name)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [...values, names.service, names.environment],
  );
  const { id } = await tx.one<{ id: number }>(
    `select id from deployments.places
      where integration_id is not distinct from $1 and service_scope = $2 and service = $3 and environment_scope = $4 and environment = $5 and infrastructure = $6
        for update`,
    values,
  );
  return id;
}

/** The newer first, with an order for what happened at the same moment. */
const newestFirst = 'd.at desc, coalesce(d.started_at, d.at) desc, d.source_key desc, d.id desc';

const succeeded = `select d.id, d.at from deployments.deployments d
   where d.place_id = p.id and d.status = 'succeeded' and not d.rolled_back and not d.takes_back`;

/** What happened since leaves it open what runs. What never began, and what was taken back, has changed nothing. */
const doubts = `case
    when d.takes_back and d.status in ('failed', 'aborted', 'unknown') then 5
    when d.rolled_back or d.started_at is null and d.source = 'harness' then 0
    when d.takes_back and d.status = 'running' then 1
    when d.takes_back then 0
    when d.status = 'failed' then 4
    when d.status = 'unknown' then 3
    when d.status = 'aborted' then 2
    when d.status = 'running' then 1
    else 0 end`;

/**
 * What runs in places, anew from their deployments: it depends on these alone, never on the order in which they became
 * known. A place in which nothing happened any more keeps its row until its integration is removed.
 */
export async function settlePlaces(tx: Queryable, ids: readonly number[]): Promise<void> {
  await tx.execute(
    `with wanted as (
       select p.id, running.id as running_id, previous.id as previous_id, newest.id as newest_id,
              coalesce(newest.service_name, p.service_name) as service_name, coalesce(newest.environment_name, p.environment_name) as environment_name,
              typed.environment_type,
              (array['in_progress', 'aborted', 'unknown', 'failed', 'rollback_failed'])[since.worst] as doubt
         from deployments.places p
         left join lateral (${succeeded} order by ${newestFirst} limit 1) running on true
         left join lateral (${succeeded} order by ${newestFirst} limit 1 offset 1) previous on true
         left join lateral (select d.id, d.service_name, d.environment_name from deployments.deployments d
                             where d.place_id = p.id and d.status <> 'skipped'
                             order by coalesce(d.started_at, d.at) desc, ${newestFirst} limit 1) newest on true
         left join lateral (select d.environment_type from deployments.deployments d
                             where d.place_id = p.id and d.environment_type is not null order by ${newestFirst} limit 1) typed on true
         left join lateral (select max(${doubts}) as worst from deployments.deployments d
                             where d.place_id = p.id and (running.id is null or d.at >= running.at and d.id <> running.id)) since on true
        where p.id = any ($1)
     )
     update deployments.places p
        set running_id = w.running_id, previous_id = w.previous_id, newest_id = w.newest_id, service_name = w.service_name,
            environment_name = w.environment_name, environment_type = w.environment_type, doubt = w.doubt
       from wanted w
      where w.id = p.id and (p.running_id, p.previous_id, p.newest_id, p.service_name, p.environment_name, p.environment_type, p.doubt)
            is distinct from (w.running_id, w.previous_id, w.newest_id, w.service_name, w.environment_name, w.environment_type, w.doubt)`,
    [ids],
  );
}
