import type { Queryable } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';

type Thing = 'project' | 'repository' | 'service' | 'pipeline' | 'environment' | 'image';

/**
 * Which things of a kind belong to a node of an org tree now, by their ids. Rooms that things come from lie below the one
 * that says whose they are, so it is handed to them. Throws `org_node_not_found`.
 */
export type HeldByNode = (db: Queryable, node: number, thing: Thing) => Promise<readonly number[]>;

/** Where nobody says whose things are there is no node. */
export const noNodes: HeldByNode = () => Promise.reject(new PlumblineError('org_node_not_found'));
