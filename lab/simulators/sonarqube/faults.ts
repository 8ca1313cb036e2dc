export type { FaultMatch } from '../wire/faults.ts';
import { errorReply, json, type Reply, unknownUrl } from './reply.ts';
import type { FaultKind as AnyFault, Faults as AnyFaults } from '../wire/faults.ts';
import type { World } from './state/model.ts';

/** What only this server does. */
export type OwnFault =
  /** As while the server starts: 404 `Unknown url`, and `system/status` says STARTING. */
  | { type: 'starting' }
  /** `issues/list` pages repeat the last `rows` rows of the page before and leave out as many (section 3.5). */
  | { type: 'overlap'; rows: number };

export type FaultKind = AnyFault<World, OwnFault>;
export type Faults = AnyFaults<World, OwnFault>;

/** How the endpoints name the project. */
export const projectParameters = [
  'project',
  'projectKey',
  'projectKeys',
  'projects',
  'component',
  'components',
  'componentKeys',
];

export const startingReply = (reply: Reply, path: string): Reply =>
  path !== 'api/system/status' || typeof reply.body !== 'string'
    ? errorReply(unknownUrl(`/${path}`))
    : { ...reply, body: reply.body.replace('"UP"', '"STARTING"') };

/** How the server words what a fault makes it refuse. */
export const refusals = {
  tooMany: (): Reply => json({ errors: [{ msg: 'Too many requests' }] }, 429),
  failed: (): Reply => json({ errors: [{ msg: 'An error has occurred. Please contact your administrator' }] }, 500),
};
