import { attempt, isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckReport, CheckResult } from '../../contract.ts';
import type { BitbucketClient } from '../client.ts';
import { ApplicationProperties, Capabilities, Status } from '../schema.ts';
import { hasCodeInsights, parseVersion } from '../version.ts';
import { type CheckName, failed, failedBy, ok, skipped, untried } from './words.ts';

/** Checks that need no token. Returns false where nothing more can be tried. */
export async function* checkServer(
  client: BitbucketClient,
  url: string,
  facts: CheckReport['facts'],
): AsyncGenerator<CheckResult, boolean> {
  const status = await attempt(client.getAsAnybody(Status, 'status', { subject: 'its status' }));
  if ('error' in status) {
    yield* explain(status.error, url);
    return false;
  }
  yield* reached(url);
  const { state } = status.value;
  if (state !== 'RUNNING') {
    yield failed('is_bitbucket', { code: 'server_not_ready', message: `The server says ${state.slice(0, 50)}.` });
    return false;
  }
  const properties = await attempt(
    client.getAsAnybody(ApplicationProperties, 'rest/api/1.0/application-properties', { subject: 'its version' }),
  );
  if ('error' in properties) {
    yield failedBy('is_bitbucket', properties.error);
    return false;
  }
  yield ok('is_bitbucket', 'It is running.');
  const { version } = properties.value;
  facts['version'] = version.slice(0, 100);
  return yield* checkVersion(version);
}

async function* checkVersion(text: string): AsyncGenerator<CheckResult, boolean> {
  const version = parseVersion(text);
  if (version === null) {
    yield untried('version_supported', `The server tells no version that can be read: “${text.slice(0, 50)}”.`);
    return true;
  }
  if (hasCodeInsights(version)) {
    yield ok('version_supported', `It is ${version.text}.`);
    return true;
  }
  yield failed('version_supported', {
    code: 'unsupported_version',
    message: `It is ${version.text}: Code Insights came with 5.15.`,
  });
  return false;
}

/** By the server’s own word: an administrator may have switched the module off. */
export async function checkCodeInsights(client: BitbucketClient): Promise<CheckResult> {
  const found = await attempt(client.getAsAnybody(Capabilities, 'rest/capabilities', { subject: 'its capabilities' }));
  if ('error' in found) return untried('code_insights', 'The server does not tell its capabilities.');
  if ('code-insights' in found.value.capabilities) return ok('code_insights', 'Reports can be shown.');
  return failed(
    'code_insights',
    {
      code: 'endpoint_unavailable',
      message: 'The server has no Code Insights.',
      remedy: 'Switch the Code Insights app on (Bitbucket: Administration, Manage apps). Import works without it.',
    },
    { saveAllowed: true },
  );
}

function* reached(url: string): Generator<CheckResult> {
  yield ok('reachable', `${new URL(url).host} answers.`);
  yield url.startsWith('https:')
    ? ok('tls_trusted', 'The certificate is trusted.')
    : skipped('tls_trusted', 'The address is plain HTTP: the token travels unencrypted.');
}

/** Which check an error of the first call belongs to; those before it were passed. */
function* explain(error: PlumblineError, url: string): Generator<CheckResult> {
  const transport = ['unreachable', 'timeout', 'address_not_allowed'] as const;
  let name: CheckName = 'is_bitbucket';
  if (transport.some((code) => isPlumblineError(error, code))) name = 'reachable';
  else if (error.code === 'tls_error') name = 'tls_trusted';
  if (name === 'tls_trusted') yield ok('reachable', `${new URL(url).host} answers.`);
  if (name === 'is_bitbucket') yield* reached(url);
  yield failedBy(name, error);
}
