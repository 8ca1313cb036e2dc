import { json, type Reply } from '../../wire/reply.ts';
import { type Call, type Endpoint, endpointsOf } from '../call.ts';
import { buildNumber, isAtLeast, type Version } from '../profiles.ts';
import { webhookEvents } from '../webhooks/events.ts';

const api = endpointsOf('api');

const properties = ({ world: { profile } }: Call): Reply =>
  json({
    version: profile.release,
    buildNumber: buildNumber(profile),
    buildDate: '1730000000000',
    displayName: 'Bitbucket',
  });

const capabilities: readonly (readonly [string, Version, string])[] = [
  ['code-insights', [5, 15], 'rest/insights/1.0/capabilities'],
  ['webhooks', [5, 4], 'rest/webhooks/latest/capabilities'],
  ['build', [7, 4], 'rest/api/1.0/build/capabilities'],
];

const listCapabilities = ({ world: { profile }, baseUrl }: Call): Reply =>
  json({
    application: 'stash',
    capabilities: Object.fromEntries(
      capabilities
        .filter(([, since]) => isAtLeast(profile, since))
        .map(([name, , path]) => [name, `${baseUrl}/${path}`]),
    ),
  });

export const systemEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'status', handle: ({ world }) => json({ state: world.status }) },
  { method: 'GET', path: 'rest/capabilities', handle: listCapabilities },
  {
    method: 'GET',
    path: 'rest/webhooks/{version}/capabilities',
    handle: ({ world }) => json({ 'application-webhooks': webhookEvents(world.profile) }),
  },
  api('GET', 'application-properties', properties),
  api('GET', 'build/capabilities', () => json({ buildStatus: ['richBuildStatus'] }), { since: [7, 4] }),
];
