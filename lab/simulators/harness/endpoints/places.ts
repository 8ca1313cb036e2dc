import { organizationNamed, seesOrganization, seesProject } from '../access.ts';
import { type Call, type Endpoint, optional, required, several, success } from '../call.ts';
import { notFound } from '../errors.ts';
import type { Project } from '../model.ts';
import { ngAsked, ngPage, rowsOf } from '../paging.ts';
import { organizationView, projectView } from '../views/places.ts';
import { projectsOf } from '../world.ts';

export const placeEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'ng/api/organizations', handle: organizations },
  {
    method: 'GET',
    path: 'ng/api/organizations/{identifier}',
    handle: (call) => success(call, organizationView(organizationNamed(call, call.params['identifier'] ?? ''))),
  },
  {
    method: 'GET',
    path: 'ng/api/projects',
    handle: (call) => {
      const organization = optional(call, 'orgIdentifier');
      return projects(call, organization === undefined ? [] : [organization]);
    },
  },
  { method: 'GET', path: 'ng/api/projects/list', handle: (call) => projects(call, several(call, 'orgIdentifiers')) },
  { method: 'GET', path: 'ng/api/projects/{identifier}', handle: project },
];

const matches = ({ identifier, name }: { identifier: string; name: string }, call: Call): boolean => {
  const identifiers = several(call, 'identifiers');
  const term = optional(call, 'searchTerm')?.toLowerCase();
  if (identifiers.length > 0 && !identifiers.includes(identifier)) return false;
  return term === undefined || `${identifier}\n${name}`.toLowerCase().includes(term);
};

function organizations(call: Call) {
  const { account, token } = call;
  required(call, 'accountIdentifier');
  const asked = ngAsked(call);
  const seen = [...account.organizations.values()].filter(
    (organization) => seesOrganization(token, organization) && matches(organization, call),
  );
  return success(call, ngPage(rowsOf(seen, asked).map(organizationView), seen.length, asked));
}

/** No organization named: of all. */
function projects(call: Call, organizations: readonly string[]) {
  const { account, token } = call;
  required(call, 'accountIdentifier');
  const asked = ngAsked(call);
  const module = optional(call, 'moduleType');
  const isWanted = (one: Project): boolean =>
    seesProject(token, one) &&
    (organizations.length === 0 || organizations.includes(one.organization.identifier)) &&
    (module === undefined || one.modules.includes(module)) &&
    matches(one, call);
  const seen = projectsOf(account).filter(isWanted);
  return success(
    call,
    ngPage(
      rowsOf(seen, asked).map((one) => projectView(call.world, one)),
      seen.length,
      asked,
    ),
  );
}

function project(call: Call) {
  const identifier = call.params['identifier'] ?? '';
  const organization = optional(call, 'orgIdentifier') ?? 'default';
  const found = call.account.organizations.get(organization)?.projects.get(identifier);
  if (found === undefined || !seesProject(call.token, found))
    throw notFound(`Project with orgIdentifier [${organization}] and identifier [${identifier}]`);
  return success(call, projectView(call.world, found));
}
