import type { z } from 'zod';
import type { Queryable } from '../../../platform/database/index.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { EnvironmentType, ReportRequest } from './contract.ts';
import { environmentTypes, type PlaceKey, plainReference, scopeOfReference } from './places.ts';

type Request = Pick<
  z.output<typeof ReportRequest>,
  'integration' | 'project' | 'service' | 'environment' | 'infrastructure' | 'key'
>;

/** Where a pipeline says that it deployed, with what people call it. */
export interface ReportedPlace {
  place: PlaceKey;
  serviceName: string;
  environmentName: string;
  /** As Harness defines the environment; null: it does not say, or is not asked. */
  environmentType: EnvironmentType | null;
}

/**
 * A place of its own, by names alone; or that of a service and an environment of Harness, where the report names their
 * project. Throws `integration_not_found` and `deployment_place_unknown`: what is not there would silently be another place.
 */
export async function findReportedPlace(tx: Queryable, request: Request): Promise<ReportedPlace> {
  const { integration, project, service, environment, infrastructure } = request;
  if (integration === null || project === null) {
    const own = { service, environment, infrastructure: infrastructure ?? '' };
    return {
      place: { integrationId: null, serviceScope: '', environmentScope: '', ...own },
      serviceName: service,
      environmentName: environment,
      environmentType: null,
    };
  }
  const harness = await findIntegration(tx, integration);
  const organization = project.slice(0, project.indexOf('/'));
  const scope = (reference: string): string => scopeOfReference(reference, organization, project);
  const unnamed = {
    integrationId: harness.id,
    serviceScope: scope(service),
    service: plainReference(service),
    environmentScope: scope(environment),
    environment: plainReference(environment),
  };
  const where = `in ${project} of ${harness.name}`;
  const [known] = await tx.query<{ service: string | null; environment: string | null; type: string | null }>(
    `select ${nameOf('service')} as service, ${nameOf('environment')} as environment, (${defined('environment', 't.type')}) as type`,
    [harness.id, unnamed.serviceScope, unnamed.service, unnamed.environmentScope, unnamed.environment],
  );
  if (known?.service == null) throw unknown(`No service “${service}” is known ${where}.`);
  if (known.environment === null) throw unknown(`No environment “${environment}” is known ${where}.`);
  return {
    place: { ...unnamed, infrastructure: infrastructure ?? (await onlyInfrastructure(tx, unnamed, request)) },
    serviceName: known.service,
    environmentName: known.environment,
    environmentType: environmentTypes[known.type?.toLowerCase() ?? ''] ?? null,
  };
}

const unknown = (message: string): PlumblineError => new PlumblineError('deployment_place_unknown', { message });

async function findIntegration(tx: Queryable, nameOrId: string): Promise<{ id: number; name: string }> {
  const found = await tx.maybeOne<{ id: number; name: string }>(
    `select id, name from shared.integrations
      where kind = 'harness' and state <> 'deleting' and (name = $1 or id::text = $1) order by name = $1 desc limit 1`,
    [nameOrId],
  );
  if (found !== undefined) return found;
  throw new PlumblineError('integration_not_found', { message: `There is no integration of Harness “${nameOrId}”.` });
}

const parameters = { service: ['$2', '$3'], environment: ['$4', '$5'] } as const;

/** What Harness defines, by its level and identifier. */
function defined(thing: 'service' | 'environment', column: string): string {
  const [scope, key] = parameters[thing];
  return `select ${column} from deployments.${thing}s t join deployments.levels l on l.id = t.level_id
    where l.integration_id = $1 and concat_ws('/', l.organization, l.project) = ${scope} and t.source_key = ${key} and t.deleted_at is null`;
}

/** A key that may not list what Harness defines still knows it by what was deployed. */
function nameOf(thing: 'service' | 'environment'): string {
  const [scope, key] = parameters[thing];
  return `coalesce((${defined(thing, 'coalesce(t.name, t.source_key)')}),
    (select p.${thing}_name from deployments.places p
      where p.integration_id = $1 and p.${thing}_scope = ${scope} and p.${thing} = ${key} order by p.id limit 1))`;
}

/** That of this deployment before; else the only one there is. None is known: the environment is not divided. */
async function onlyInfrastructure(
  tx: Queryable,
  { integrationId, serviceScope, service, environmentScope, environment }: Omit<PlaceKey, 'infrastructure'>,
  { key }: Request,
): Promise<string> {
  const places = await tx.query<{ infrastructure: string; named: boolean }>(
    `select p.infrastructure, exists (select from deployments.deployments d
                                       where d.place_id = p.id and d.source = 'pushed' and d.source_key = $6) as named
       from deployments.places p
      where p.integration_id = $1 and p.service_scope = $2 and p.service = $3 and p.environment_scope = $4 and p.environment = $5
      order by named desc, p.infrastructure`,
    [integrationId, serviceScope, service, environmentScope, environment, key],
  );
  const [first, second] = places;
  if (first === undefined) return '';
  if (first.named && second?.named !== true) return first.infrastructure;
  if (second === undefined) return first.infrastructure;
  const all = places.map(({ infrastructure }) => `“${infrastructure}”`).join(', ');
  throw unknown(`It runs there in several infrastructures; name one of ${all}.`);
}
