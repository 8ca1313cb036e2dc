import { Answer, type Route, route } from '../access/index.ts';
import { addBinding, type BindingOptions, changeBinding, listBindings, removeBinding } from './bindings/bindings.ts';
import * as contract from './contract.ts';

const read = { permission: 'integrations:read', tag: 'Bindings' } as const;
const write = { permission: 'integrations:write', tag: 'Bindings' } as const;
const refusals = ['binding_conflict', 'binding_invalid'] as const;

/** Every route of the room. */
export function repositoryRoutes(options: BindingOptions): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/bindings',
      summary: 'Lists which repositories of Bitbucket Server SonarQube projects are of.',
      query: contract.BindingQuery,
      response: contract.BindingList,
      handle: ({ query }) => listBindings(db, query),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/bindings',
      summary: 'Binds a project to the repository it is of, by the address of one of its pages or by its names.',
      errors: ['project_not_found', 'code_repository_not_found', 'binding_exists', ...refusals],
      body: contract.BindingInput,
      response: contract.OneBinding,
      handle: async ({ actor, body }) =>
        new Answer({ binding: await addBinding(options, actor, body) }, { status: 201 }),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/bindings/:id',
      summary: 'Changes how a project is bound.',
      errors: ['binding_not_found', ...refusals],
      params: contract.BindingParams,
      body: contract.BindingSettings,
      response: contract.OneBinding,
      handle: async ({ actor, params, body }) => ({
        binding: await changeBinding(options, actor, { id: params.id, wanted: body }),
      }),
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/bindings/:id',
      summary: 'Ends a binding; reports that were written stay.',
      errors: ['binding_not_found'],
      params: contract.BindingParams,
      response: contract.Done,
      async handle({ actor, params }) {
        await removeBinding(options, actor, params.id);
        return { ok: true as const };
      },
    }),
  ];
}
