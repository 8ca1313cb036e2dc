import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { SonarClient } from './client.ts';
import { takesStreamAway } from './reader.ts';
import { CurrentUser, Global, Mode, Organizations, SystemStatus, Validation } from './schema.ts';
import { isCloudUrl, type TokenKind } from './settings.ts';
import { isSupported, looksLikeCloud, parseVersion, type Server } from './version.ts';

/**
 * Version and identity from `api/system/status`, the only call that answers at any time and without a token. A proxy may
 * block it: then nothing is known and nothing is lost.
 *
 * @throws PlumblineError `server_not_ready`, `unsupported_version`, `not_a_sonarqube_server` when it is certain, and
 *   what the outbound client throws
 */
export async function identify(client: SonarClient, url: string): Promise<Server> {
  const status = await client.get(SystemStatus, 'api/system/status').catch((error: unknown) => {
    if (!takesStreamAway(error) && !isPlumblineError(error, 'not_a_sonarqube_server')) throw error;
    return null;
  });
  if (status !== null && status.status !== 'UP') {
    throw new PlumblineError('server_not_ready', {
      message: `The server reports ${status.status}.`,
      data: { status: status.status },
    });
  }
  const version = status === null ? null : parseVersion(status.version);
  const isCloud = isCloudUrl(url) || (version !== null && looksLikeCloud(version));
  client.useVersion(version, isCloud);
  if (version !== null && !isCloud && !isSupported(version)) {
    throw new PlumblineError('unsupported_version', {
      message: `SonarQube ${version.text} is older than 9.9.`,
      remedy: 'Upgrade SonarQube to 9.9 LTA or newer.',
    });
  }
  return { version, id: isCloud ? `cloud:${new URL(url).hostname}` : (status?.id ?? null), isCloud };
}

/** True when the server is certainly at least this version; an unknown version is tried. */
export function mayHave(server: Server, major: number, minor: number): boolean {
  if (server.isCloud) return false;
  if (server.version === null) return true;
  return server.version.major > major || (server.version.major === major && server.version.minor >= minor);
}

/** One optional answer: null when the endpoint is missing, blocked or forbidden. */
async function optional<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (takesStreamAway(error) || isPlumblineError(error, 'not_a_sonarqube_server')) return null;
    throw error;
  }
}

export interface TokenFacts {
  /** Null when the endpoint is blocked. */
  valid: boolean | null;
  login: string | null;
  /** Null when the user cannot be read (blocked, or a token without a user). */
  loggedIn: boolean | null;
  globalPermissions: readonly string[];
}

/**
 * Whose token this is. A server with anonymous access calls any caller valid, so both answers count. The user comes
 * first: on 9.9 `validate` answers a Bearer token with 200 `false`, the user with the 401 that makes us try Basic.
 *
 * @throws PlumblineError `invalid_credentials` for a wrong, revoked or expired token
 */
export async function readToken(client: SonarClient, kind: TokenKind): Promise<TokenFacts> {
  const user = await optional(client.get(CurrentUser, 'api/users/current')).catch((error: unknown) => {
    // Cloud's scoped organization tokens belong to no user.
    if (kind === 'scoped_organization' && isPlumblineError(error, 'invalid_credentials')) return null;
    throw error;
  });
  const validation = await optional(client.get(Validation, 'api/authentication/validate'));
  return {
    valid: validation?.valid ?? null,
    login: user?.login ?? null,
    loggedIn: user?.isLoggedIn ?? null,
    globalPermissions: user?.permissions?.global ?? [],
  };
}

/** `MQR`, `STANDARD_EXPERIENCE`, or null before 10.8, on Cloud and where it is blocked. */
export async function readMode(client: SonarClient, server: Server): Promise<string | null> {
  if (server.isCloud || (server.version !== null && server.version.major < 10)) return null;
  return (await optional(client.get(Mode, 'api/v2/clean-code-policy/mode')))?.mode ?? null;
}

/**
 * How the server counts. Before 10.2 there are no impacts, before 10.8 no modes beside them, and Cloud has none; null
 * where a server with modes did not say its own.
 */
export async function readCountingMode(client: SonarClient, server: Server): Promise<'mqr' | 'standard' | null> {
  if (server.isCloud) return 'mqr';
  const { version } = server;
  if (version !== null && (version.major < 10 || (version.major === 10 && version.minor < 2))) return 'standard';
  if (version !== null && version.major === 10 && version.minor < 8) return 'mqr';
  const mode = await readMode(client, server);
  if (mode === 'MQR') return 'mqr';
  return mode === 'STANDARD_EXPERIENCE' ? 'standard' : null;
}

/** `community`, `developer`, `enterprise`, `datacenter`, `cloud`, or null where it is blocked. */
export async function readEdition(client: SonarClient, server: Server): Promise<string | null> {
  if (server.isCloud) return 'cloud';
  return (await optional(client.get(Global, 'api/navigation/global')))?.edition ?? null;
}

/**
 * Organizations to read: on Server none (null), on Cloud the configured ones, else all of the token's user.
 *
 * @throws PlumblineError `no_resources` when Cloud knows none for this token
 */
export async function readOrganizations(
  client: SonarClient,
  server: Server,
  configured: readonly string[],
): Promise<readonly (string | null)[]> {
  if (!server.isCloud) return [null];
  if (configured.length > 0) return configured;
  const keys: string[] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.get(Organizations, 'api/organizations/search', { member: true, p: page, ps: 500 });
    keys.push(...answer.organizations.map((organization) => organization.key));
    if (answer.organizations.length === 0 || keys.length >= (answer.paging?.total ?? 0)) break;
  }
  if (keys.length === 0) {
    throw new PlumblineError('no_resources', {
      message: 'The token’s user belongs to no organization.',
      remedy: 'Add the token’s user to an organization on SonarQube Cloud, or enter the organization’s key.',
    });
  }
  return keys;
}
