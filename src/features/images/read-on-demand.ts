import { ImageRecord } from '../../connectors/oci-registry/records.ts';
import type { ImageReference } from '../../domain/image-reference.ts';
import { registryHost } from '../../domain/image-reference.ts';
import { repositoryKey } from '../../domain/repository-url.ts';
import type { Database, Tx } from '../../platform/database/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { Connecting, Connection } from '../integrations/index.ts';
import { type ClaimFacts, findImage, type ImageFacts, type PlatformFacts } from './read-images.ts';
import { resolvePlatform } from './store-image.ts';

export interface RegistryCredential {
  username?: string | undefined;
  password?: string | undefined;
  /** Of `docker login`; instead of name and password. */
  identityToken?: string | undefined;
}

type LookedAtFacts = Pick<ImageFacts, 'repository' | 'problem' | 'platforms' | 'claims' | 'signatureRequired'>;

/** What looking at an image that somebody names comes to. */
export type LookedAt =
  | { kind: 'stored'; imageId: number }
  | {
      kind: 'looked_at';
      digest: string;
      facts: LookedAtFacts;
    }
  | { kind: 'artifact' }
  | { kind: 'not_found' };

export interface ReadOnDemandOptions extends Pick<Connecting, 'connect' | 'connectOnce'> {
  db: Database;
  /** Asks for a repository to be read soon, so that what was looked at is stored. */
  wantRepository(tx: Tx, integrationId: number, repository: string): Promise<void>;
}

/**
 * Looks at one image in its registry now. Where an integration of the registry exists, with its credential, and its
 * repository is read soon. Else with the caller’s credential, which is kept for this call alone; the host is then one
 * nobody configured, so it must be public or allowed. Throws what connections throw.
 */
export function createReadOnDemand(options: ReadOnDemandOptions) {
  return async (
    { reference, credential }: { reference: ImageReference; credential: RegistryCredential | undefined },
    signal: AbortSignal,
  ): Promise<LookedAt> => {
    const integrationId = await findRegistry(options.db, reference.registry);
    const read = (connection: Connection): Promise<ImageRecord | null> => readOne(connection, reference);
    const record =
      integrationId === undefined
        ? await options.connectOnce(unconfigured(reference.registry, credential), signal, read)
        : await options.connect(integrationId, signal, read);
    if (record === null) return { kind: 'not_found' };
    if (record.kind === 'artifact') return { kind: 'artifact' };
    if (integrationId !== undefined) {
      const { repository } = reference;
      const imageId = await findImage(options.db, { integrationId, repository, digest: record.digest });
      await options.db.transaction((tx) => options.wantRepository(tx, integrationId, repository));
      if (imageId !== undefined) return { kind: 'stored', imageId };
    }
    return { kind: 'looked_at', digest: record.digest, facts: factsOf(reference.repository, record) };
  };
}

const registryKind = 'oci-registry';
/** The name that Azure’s registry, which hands out such tokens, takes with them. */
const identityTokenUser = '00000000-0000-0000-0000-000000000000';

function unconfigured(
  registry: string,
  { username, password, identityToken }: RegistryCredential = {},
): Parameters<Connecting['connectOnce']>[0] {
  const secrets =
    identityToken === undefined
      ? { username: username ?? '', password: password ?? '' }
      : { username: identityTokenUser, password: identityToken };
  return { kind: registryKind, settings: { url: `https://${registry}` }, secrets };
}

async function readOne(
  { connector, context }: Connection,
  { repository, tag, digest }: ImageReference,
): Promise<ImageRecord | null> {
  if (connector.registry === undefined) throw new PlumblineError('connector_unknown');
  const read = await connector.registry.readImage(context, { repository, tag, digest });
  return read === null ? null : ImageRecord.parse(read);
}

async function findRegistry(db: Database, host: string): Promise<number | undefined> {
  const rows = await db.query<{ id: number; url: string | null }>(
    `select id, url from shared.integrations
      where kind = $1 and state <> 'deleting' order by id`,
    [registryKind],
  );
  const hostOf = (url: string | null): string | null => {
    const parsed = URL.parse(url ?? '');
    return parsed === null ? null : registryHost(parsed.host);
  };
  return rows.find((row) => hostOf(row.url) === host)?.id;
}

/** The record in the form in which stored images are read. */
function factsOf(repository: string, record: ImageRecord): LookedAtFacts {
  const platforms = record.platforms.map((platform, id): PlatformFacts => {
    const resolution = resolvePlatform(record, platform.digest);
    const { os, architecture, variant, digest } = platform;
    const base = { id, digest, os, architecture, variant, warnings: resolution.warnings };
    if (resolution.outcome !== 'resolved') {
      const nothing = { trust: null, repositoryKey: null, repositoryUrl: null, commit: null, commitExact: null };
      const { outcome } = resolution;
      return {
        ...base,
        ...nothing,
        outcome,
        dirty: null,
        ref: null,
        subdir: null,
        inherited: null,
        claimOrdinal: null,
      };
    }
    const { claim, exact, warnings: _warnings, narrowedTo: _narrowedTo, ...rest } = resolution;
    return { ...base, ...rest, commitExact: exact, claimOrdinal: claim };
  });
  const claims = record.claims.map(
    ({ platform, builtAt, ...claim }, ordinal): ClaimFacts => ({
      ...claim,
      ordinal,
      platformDigest: platform,
      wholeImage: platform === null,
      repositoryKey: claim.source === null ? null : repositoryKey(claim.source),
      builtAt: builtAt === null ? null : new Date(builtAt),
    }),
  );
  return { repository, problem: record.problem, platforms, claims, signatureRequired: record.signatureRequired };
}
