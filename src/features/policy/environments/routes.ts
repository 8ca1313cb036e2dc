import { type Route, route } from '../../access/index.ts';
import * as contract from '../contract.ts';
import type { OnDemandOptions } from '../on-demand.ts';
import { listEnvironments, readHistory, removeImage } from './environments.ts';
import { setImages } from './set-images.ts';

const tag = 'Policy';
const read = { permission: 'policy:read', scope: 'organization', tag } as const;
const write = { permission: 'policy:write', scope: 'organization', tag } as const;

export function environmentRoutes(options: OnDemandOptions): Route[] {
  const { db } = options;
  return [
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/environments',
      summary: 'Lists environments with the images in them and their verdicts; one by its name.',
      errors: ['environment_not_found'],
      query: contract.EnvironmentListQuery,
      response: contract.EnvironmentList,
      handle: async ({ query }) => ({ environments: await listEnvironments(db, query.name) }),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/api/v1/policy/environments/:name/history',
      summary: 'Lists what an environment ran, from when to when, the newest first.',
      errors: ['environment_not_found'],
      params: contract.EnvironmentParams,
      response: contract.EnvironmentHistory,
      handle: ({ params }) => readHistory(db, params.name),
    }),
    route({
      ...write,
      method: 'POST',
      path: '/api/v1/policy/environments/:name/images',
      summary: 'Notes that images are in an environment, all or none; the environment is made if there is none.',
      errors: ['image_reference_invalid', 'nothing_matches', 'image_not_stored', 'environment_not_found'],
      params: contract.EnvironmentParams,
      body: contract.SetEnvironmentRequest,
      response: contract.SetEnvironmentAnswer,
      async handle({ actor, params, body, signal }) {
        const { image: reference, credentials, makeNew } = body;
        const ids = await setImages(
          options,
          actor,
          { environment: params.name, reference, credentials, makeNew },
          signal,
        );
        const [environment = { name: params.name, images: [] }] = await listEnvironments(db, params.name);
        const set = environment.images.filter(({ image }) => ids.includes(image.id));
        return {
          environment,
          set: set.map(({ image, reference: name }) => ({ reference: name, digest: image.digest })),
        };
      },
    }),
    route({
      ...write,
      method: 'DELETE',
      path: '/api/v1/policy/environments/:name/images',
      summary: 'Takes an image out of an environment.',
      errors: ['image_reference_invalid', 'environment_not_found', 'image_not_stored'],
      params: contract.EnvironmentParams,
      query: contract.RemoveFromEnvironmentQuery,
      response: contract.Done,
      async handle({ actor, params, query }) {
        await removeImage(options, actor, { environment: params.name, reference: query.image });
        return { ok: true as const };
      },
    }),
  ];
}
