import type { Database } from '../../platform/database/index.ts';
import { type HeldByNode, noNodes, type Route, route } from '../access/index.ts';
import * as contract from './contract.ts';
import { listImages } from './list-images.ts';
import { listRepositories } from './list-repositories.ts';
import { readImage } from './read-image.ts';

const tag = 'Images';
const permission = 'images:read';

/** Every route of the room. */
export function imageRoutes({ db, heldBy = noNodes }: { db: Database; heldBy?: HeldByNode }): Route[] {
  const within = async <Query extends { node?: number | undefined }>({ node, ...query }: Query) => ({
    ...query,
    of: node === undefined ? undefined : await heldBy(db, node, 'image'),
  });
  return [
    route({
      method: 'GET',
      path: '/api/v1/images/repositories',
      permission,
      scope: 'rows',
      summary: 'Lists the watched repositories of registries with their tags and images.',
      tag,
      query: contract.RepositoryQuery,
      errors: ['org_node_not_found'],
      response: contract.RepositoryList,
      handle: async ({ query }) => listRepositories(db, await within(query)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/images',
      permission,
      scope: 'rows',
      summary: 'Lists images with tags, platforms, age and the commit they were built from.',
      tag,
      query: contract.ImageQuery,
      errors: ['org_node_not_found'],
      response: contract.ImageList,
      handle: async ({ query }) => listImages(db, await within(query)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/images/:id',
      permission,
      scope: 'rows',
      summary:
        'Shows one image: platforms, every provenance claim with its source and trust, and where its tags pointed.',
      tag,
      errors: ['not_found'],
      params: contract.ImageParams,
      response: contract.Image,
      handle: ({ params }) => readImage(db, params.id),
    }),
  ];
}
