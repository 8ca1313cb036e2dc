import type { Call, Endpoint } from '../call.ts';
import { json, text } from '../reply.ts';
import { isLoggedIn } from '../subject.ts';

const status = ({ world, profile }: Call) =>
  json({ id: world.serverId, version: profile.version, status: world.status });

/** `valid` is true for an anonymous caller too where authentication is not forced (section 0, point 5). */
const validate = ({ world, subject }: Call) =>
  json({ valid: isLoggedIn(subject) || (subject.kind === 'anonymous' && !world.forceAuthentication) });

export const system: readonly Endpoint[] = [
  { method: 'GET', path: 'api/system/status', open: true, handle: status },
  { method: 'GET', path: 'api/system/ping', handle: () => text('pong') },
  { method: 'GET', path: 'api/server/version', open: true, handle: ({ profile }) => text(profile.version) },
  {
    method: 'GET',
    path: 'api/v2/analysis/version',
    on: (profile) => profile.v2,
    handle: ({ profile }) => text(profile.version),
  },
  { method: 'GET', path: 'api/authentication/validate', open: true, handle: validate },
];
