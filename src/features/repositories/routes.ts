import { Answer, type Route, route } from '../access/index.ts';
import { bindMany } from './bindings/bind-many.ts';
import { addBinding, changeBinding, listBindings, removeBinding, showBinding } from './bindings/bindings.ts';
import { applyBinding } from './bindings/declared.ts';
import { lookAtBinding } from './bindings/look.ts';
import { listSuggestions } from './bindings/suggestions.ts';
import { bulkRoutes } from './bulk/routes.ts';
import * as contract from './contract.ts';
import { type ImportRouteOptions, importRoutes } from './import/routes.ts';

const read = { permission: 'integrations:read', scope: 'organization', tag: 'Bindings' } as const;
const write = { permission: 'integrations:write', scope: 'organization', tag: 'Bindings' } as const;
const refusals = ['binding_conflict', 'binding_invalid'] as const;

/** Every route of the room. `wake`: an import of many repositories may be due. */
export function repositoryRoutes(options: ImportRouteOptions, wake: () => void): Route[] {
  const { db } = options;
  return [
    ...importRoutes(options),
    ...bulkRoutes({ db, kinds: options.kinds, wake }),
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
      async handle({ actor, body, signal }) {
        const { id } = await addBinding(options, actor, body);
        await lookAtBinding(options, { actor, signal }, id);
        return new Answer({ binding: (await showBinding(db, id)).binding }, { status: 201 });
      },
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/bindings/many',
      summary: 'Binds several projects, each by itself: what a person confirmed of the suggestions.',
      body: contract.ManyBindings,
      response: contract.ManyBindingsAnswer,
      handle: ({ actor, body, signal }) => bindMany(options, { actor, signal }, body),
    }),
    route({
      ...write,
      method: 'PUT',
      path: '/api/v1/bindings/declared',
      summary: 'Brings one binding to what a file says; the same twice changes nothing.',
      errors: ['project_not_found', 'code_repository_not_found', ...refusals],
      query: contract.DryRunQuery,
      body: contract.DeclaredBinding,
      response: contract.AppliedBinding,
      handle: ({ actor, body, query, signal }) =>
        applyBinding(options, { actor, signal }, body, query.dryRun === 'true'),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/bindings/suggestions',
      summary:
        'Lists projects without a binding with the repository that most speaks for; SonarQube is asked for each.',
      query: contract.SuggestionQuery,
      response: contract.SuggestionList,
      handle: ({ query, signal }) => listSuggestions(options, query, signal),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/bindings/:id',
      summary: 'Shows how a project is bound, and what a pipeline runs.',
      errors: ['binding_not_found'],
      params: contract.BindingParams,
      response: contract.BindingDetail,
      handle: ({ params }) => showBinding(db, params.id),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/bindings/:id/look',
      summary: 'Asks SonarQube what it holds of the project, and limits one of a mono repository to its folder.',
      errors: ['binding_not_found'],
      params: contract.BindingParams,
      response: contract.BindingDetail,
      async handle({ actor, params, signal }) {
        await lookAtBinding(options, { actor, signal }, params.id);
        return showBinding(db, params.id);
      },
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
      async handle({ actor, params, body, signal }) {
        await changeBinding(options, actor, { id: params.id, wanted: body });
        await lookAtBinding(options, { actor, signal }, params.id);
        return { binding: (await showBinding(db, params.id)).binding };
      },
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
