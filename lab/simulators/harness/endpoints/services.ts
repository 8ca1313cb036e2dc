import { demandAccount, demandOrganization, projectAsked } from '../access.ts';
import { type Call, type Endpoint, optional, required, several, success } from '../call.ts';
import { notFound } from '../errors.ts';
import type { Permission, Scope } from '../model.ts';
import { cappedAsked, ngPage, rowsOf, springPage } from '../paging.ts';
import { environmentView, serviceView } from '../views/places.ts';

export const serviceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'ng/api/servicesV2', handle: services },
  { method: 'GET', path: 'ng/api/environmentsV2', handle: environments },
  {
    method: 'GET',
    path: 'ng/api/servicesV2/{identifier}',
    handle: (call) =>
      one(call, 'services', (scope, id, place) => {
        const found = scope.services.get(id);
        return found === undefined ? undefined : serviceView(found, place);
      }),
  },
  {
    method: 'GET',
    path: 'ng/api/environmentsV2/{identifier}',
    handle: (call) =>
      one(call, 'environments', (scope, id, place) => {
        const found = scope.environments.get(id);
        return found === undefined ? undefined : environmentView(found, place);
      }),
  },
];

/** Of a project, of an organization, of the account: by what the query names. */
function scopeAsked(call: Call, permission: Permission): Scope {
  required(call, 'accountIdentifier');
  if (optional(call, 'projectIdentifier') !== undefined)
    return projectAsked(call, permission) ?? { services: new Map(), environments: new Map() };
  const organization = optional(call, 'orgIdentifier');
  if (organization !== undefined) return demandOrganization(call, organization, permission);
  demandAccount(call, permission);
  return call.account;
}

const placeOf = (call: Call) => ({
  accountId: call.account.id,
  orgIdentifier: optional(call, 'orgIdentifier'),
  projectIdentifier: optional(call, 'projectIdentifier'),
});

interface Row {
  identifier: string;
  name: string;
  type: string;
}

function page<T extends Row>(call: Call, all: Iterable<T>, { ids, view }: { ids: string; view: (row: T) => object }) {
  const asked = cappedAsked(call);
  const wanted = several(call, ids);
  const term = optional(call, 'searchTerm')?.toLowerCase();
  const type = optional(call, 'type');
  const rows = [...all].filter(
    (row) =>
      (wanted.length === 0 || wanted.includes(row.identifier)) &&
      (type === undefined || row.type === type) &&
      (term === undefined || `${row.identifier}\n${row.name}`.toLowerCase().includes(term)),
  );
  const content = rowsOf(rows, asked).map(view);
  const shape = call.world.profile.servicePages === 'ng' ? ngPage : springPage;
  return success(call, shape(content, rows.length, asked));
}

function services(call: Call) {
  const place = placeOf(call);
  const all = scopeAsked(call, 'services').services.values();
  return page(call, all, { ids: 'serviceIdentifiers', view: (service) => serviceView(service, place) });
}

function environments(call: Call) {
  const place = placeOf(call);
  const all = scopeAsked(call, 'environments').environments.values();
  return page(call, all, { ids: 'envIdentifiers', view: (environment) => environmentView(environment, place) });
}

function one(
  call: Call,
  permission: Permission,
  find: (scope: Scope, identifier: string, place: ReturnType<typeof placeOf>) => object | undefined,
) {
  const identifier = call.params['identifier'] ?? '';
  const found = find(scopeAsked(call, permission), identifier, placeOf(call));
  if (found === undefined) throw notFound(`${permission} with identifier [${identifier}]`);
  return success(call, found);
}
