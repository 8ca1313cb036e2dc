import { z } from 'zod';
import { PlumblineError } from '../../../platform/errors/index.ts';
import type { Migration } from '../../../platform/database/index.ts';

const name = z.string().max(200);

/** Schema `custom`: what analysts built. Its tables stand in `tables` behind ours. */
const Custom = z.strictObject({
  tables: z.array(
    z.strictObject({
      name,
      columns: z.array(
        z.strictObject({
          name,
          type: z.string(),
          notNull: z.boolean(),
          default: z.string().nullable(),
          comment: z.string().nullable(),
        }),
      ),
      constraints: z.array(z.string()),
      indexes: z.array(z.string()),
      comment: z.string().nullable(),
    }),
  ),
  views: z.array(z.strictObject({ name, materialized: z.boolean(), definition: z.string() })),
  leftOut: z.array(z.strictObject({ name, reason: z.string() })),
});

/** First frame: what is needed to know whether the backup can be restored here, before anything is read of it. */
export const Head = z.strictObject({
  format: z.literal(1),
  productVersion: name,
  createdAt: z.iso.datetime(),
  /** PostgreSQL's `server_version_num`. */
  serverVersion: z.int(),
  migrations: z.array(z.strictObject({ number: z.int(), name, checksum: name })).min(1),
  /** Ids of the master keys that open its secrets. */
  keyIds: z.array(name),
  /** `estimate`: rows as PostgreSQL believes, for progress. */
  tables: z.array(
    z.strictObject({ schema: name, name, columns: z.array(name).min(1).max(1_600), estimate: z.number() }),
  ),
  /** Left out where nobody built anything, as in backups of older versions. */
  custom: Custom.optional(),
});
export type Head = z.infer<typeof Head>;

/** Last but one: what was written. */
export const Manifest = z.strictObject({
  /** In the order of `Head.tables`. */
  tables: z.array(z.strictObject({ rows: z.int(), bytes: z.int(), sha256: z.string().length(64) })),
  sequences: z.array(z.strictObject({ schema: name, name, value: z.int(), called: z.boolean() })),
});
export type Manifest = z.infer<typeof Manifest>;

/** The last: the digest of every byte before it. */
export const End = z.strictObject({ sha256: z.string().length(64) });

/** The migrations that made the backup's schema. Throws `backup_newer` or `migration_edited` when this version cannot bring the backup's schema up to its own. */
export function requireKnownMigrations(head: Head, known: readonly Migration[]): Migration[] {
  return head.migrations.map(({ name: wanted, checksum }) => {
    // Two rooms may have used the same name: then the checksum tells which.
    const named = known.filter((candidate) => candidate.name === wanted);
    if (named.length === 0) {
      throw new PlumblineError('backup_newer', {
        message: `The backup was made by version ${head.productVersion}, which has migration ${wanted}; this version does not.`,
      });
    }
    const migration = named.find((candidate) => candidate.checksum === checksum);
    if (migration === undefined) {
      throw new PlumblineError('migration_edited', {
        message: `Migration ${wanted} of the backup differs from this version’s.`,
      });
    }
    return migration;
  });
}

/** Throws `vault_key_missing` or `vault_key_wrong`. */
export function requireKeys(head: Head, held: readonly string[]): void {
  const missing = head.keyIds.find((id) => !held.includes(id));
  if (missing === undefined) return;
  throw new PlumblineError(held.length === 0 ? 'vault_key_missing' : 'vault_key_wrong', {
    message: `The secrets in the backup were sealed with key ${missing}, which is not held here.`,
    remedy:
      'Put the vault.keys of the installation that made the backup into the state directory (mode 600), or set PLUMBLINE_MASTER_KEY to its key.',
  });
}
