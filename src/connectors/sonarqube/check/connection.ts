import { attempt, PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckResult } from '../../contract.ts';
import { identify } from '../capabilities.ts';
import type { SonarClient } from '../client.ts';
import { MetricsSearch } from '../schema.ts';
import { type CheckName, words, failedBy, ok, skipped, untried, warning } from './result.ts';
import type { Server } from '../version.ts';

export interface Connection {
  checks: CheckResult[];
  /** Null when the address, its certificate or what answers there is not what is needed. */
  server: Server | null;
}

/** The checks up to `version_supported`. */
export async function checkServer(client: SonarClient, url: string): Promise<Connection> {
  const found = await attempt(identify(client, url));
  if ('error' in found) return { checks: explain(found.error, url), server: null };
  const server = found.value;
  if (server.version !== null) {
    const message = `SonarQube ${server.isCloud ? 'Cloud' : server.version.text}.`;
    return {
      checks: [
        ...transport(url),
        ok('is_sonarqube', message),
        ok('server_ready', 'It reports UP.'),
        ok('version_supported', message),
      ],
      server,
    };
  }
  return checkUnnamed(client, url, server);
}

/** `system/status` is blocked: another answer must show that this is SonarQube; its version stays unknown. */
async function checkUnnamed(client: SonarClient, url: string, server: Server): Promise<Connection> {
  const probe = await attempt(client.get(MetricsSearch, 'api/metrics/search', { ps: 1 }));
  const own =
    'value' in probe || probe.error.code === 'invalid_credentials' || probe.error.code === 'invalid_permissions';
  if ('error' in probe && !own) {
    const { error } = probe;
    const foreign = ['endpoint_unavailable', 'project_not_found', 'malformed_response'].includes(error.code);
    const code = foreign ? 'not_a_sonarqube_server' : error.code;
    const upstream = error.upstream === undefined ? {} : { upstream: error.upstream };
    return { checks: explain(new PlumblineError(code, upstream), url), server: null };
  }
  const blocked = 'A proxy blocks api/system/status; what this server can do is found out by trying.';
  return {
    checks: [
      ...transport(url),
      ok('is_sonarqube', 'The answers are those of a SonarQube server.'),
      untried('server_ready', blocked),
      warning('version_supported', {
        code: 'endpoint_unavailable',
        message: blocked,
        remedy: 'Allow GET api/system/status on the proxy.',
      }),
    ],
    server,
  };
}

function transport(url: string): CheckResult[] {
  const encrypted = url.startsWith('https:');
  const tls = encrypted
    ? ok('tls_trusted', 'The certificate is trusted.')
    : skipped('tls_trusted', 'The address is plain HTTP: the token travels unencrypted.');
  return [ok('reachable', `${new URL(url).host} answers.`), tls];
}

/** Which check an error of the first call belongs to; those before it were passed. */
const belongsTo: Partial<Record<PlumblineError['code'], CheckName>> = {
  tls_error: 'tls_trusted',
  not_a_sonarqube_server: 'is_sonarqube',
  server_not_ready: 'server_ready',
  unsupported_version: 'version_supported',
};

function explain(error: PlumblineError, url: string): CheckResult[] {
  const name = belongsTo[error.code] ?? 'reachable';
  const passed = transport(url).slice(0, words.names.indexOf(name));
  const between =
    name === 'server_ready' || name === 'version_supported'
      ? [ok('is_sonarqube', 'The answers are those of a SonarQube server.')]
      : [];
  const ready = name === 'version_supported' ? [ok('server_ready', 'It reports UP.')] : [];
  const tryIt = name === 'reachable' && !error.remedy.includes('curl ');
  const remedy = tryIt ? `${error.remedy} To try it by hand: ${curlCommand(url)}` : error.remedy;
  return [...passed, ...between, ...ready, failedBy(name, error, { remedy })];
}

/** What a person can run where the hub runs; needs no token. */
function curlCommand(url: string): string {
  return `curl -sS -m 10 '${url.replaceAll("'", '%27')}/api/system/status'`;
}
