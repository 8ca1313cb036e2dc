import { type Call, optional } from './call.ts';
import { denied, missingFields, notFound } from './errors.ts';
import type { Organization, Permission, Pipeline, Project, Token } from './model.ts';

const names: Record<Permission, string> = {
  account: 'core_account_view',
  pipelines: 'core_pipeline_view',
  executions: 'core_pipeline_view',
  services: 'core_service_view',
  environments: 'core_environment_view',
  tokens: 'core_serviceaccount_view',
};

export const seesProject = ({ sees }: Token, { identifier, organization }: Project): boolean =>
  sees === null || sees.includes(organization.identifier) || sees.includes(`${organization.identifier}/${identifier}`);

/** An organization is seen by who sees it, or a project in it. */
export const seesOrganization = ({ sees }: Token, { identifier }: Organization): boolean =>
  sees === null || sees.some((place) => place === identifier || place.startsWith(`${identifier}/`));

export const seesPipeline = ({ pipelines }: Token, { identifier }: Pipeline): boolean =>
  pipelines === null || pipelines.includes(identifier);

/** What belongs to the account itself is for who sees all of it. */
export function demandAccount({ token, account }: Call, permission: Permission): void {
  if (token.sees !== null || token.lacks.includes(permission)) throw denied(names[permission], `account ${account.id}`);
}

/** What belongs to an organization itself is not for who sees single projects of it. */
export function demandOrganization(call: Call, identifier: string, permission: Permission): Organization {
  const { sees, lacks } = call.token;
  const organization = organizationNamed(call, identifier);
  if ((sees !== null && !sees.includes(identifier)) || lacks.includes(permission))
    throw denied(names[permission], `organization ${identifier}`);
  return organization;
}

export function organizationNamed({ account, token }: Call, identifier: string): Organization {
  const found = account.organizations.get(identifier);
  if (found === undefined || !seesOrganization(token, found))
    throw notFound(`Organization with identifier [${identifier}]`);
  return found;
}

/** The project that the query names; undefined: one that is not there and counts as empty. */
export function projectAsked(call: Call, permission: Permission): Project | undefined {
  const { account, token, world } = call;
  const [organization, project] = bothNames(call);
  const found = account.organizations.get(organization)?.projects.get(project);
  if (found === undefined && world.unknownProjects === 'empty' && token.sees === null) return undefined;
  if (found === undefined || !seesProject(token, found) || token.lacks.includes(permission))
    throw denied(names[permission], `project ${organization}/${project}`);
  return found;
}

/** Both are looked for, so that the refusal tells of both. */
function bothNames(call: Call): [string, string] {
  const organization = optional(call, 'orgIdentifier');
  const project = optional(call, 'projectIdentifier');
  if (organization !== undefined && project !== undefined) return [organization, project];
  const missing = [
    ...(organization === undefined ? ['orgIdentifier'] : []),
    ...(project === undefined ? ['projectIdentifier'] : []),
  ];
  throw missingFields(missing);
}
