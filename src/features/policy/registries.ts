import { registryHost } from '../../domain/image-reference.ts';
import type { Queryable } from '../../platform/database/index.ts';

/** Host of each registry as references name it, by integration. */
export async function registryHosts(db: Queryable): Promise<Map<number, string>> {
  const rows = await db.query<{ id: number; url: string | null }>(
    `select id, url from shared.integrations where kind = 'oci-registry'`,
  );
  return new Map(rows.map(({ id, url }) => [id, hostOf(url ?? '')]));
}

/** Registries whose images must be signed, as their integrations are set now: images read before that say otherwise. */
export async function registriesRequiringSignatures(db: Queryable): Promise<ReadonlySet<number>> {
  const rows = await db.query<{ id: number }>(
    `select id from shared.integrations where kind = 'oci-registry' and require_signature = 'true'`,
  );
  return new Set(rows.map(({ id }) => id));
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : (registryHost(parsed.host) ?? parsed.host);
}
