import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readMigrations } from '../../src/platform/database/index.ts';
import { migrationFolders } from '../../src/schema.ts';

/** Name and SHA-256 of each migration that has landed. A new one adds its line; no line is ever changed. */
const ledger = new URL('./landed-migrations.json', import.meta.url);

describe('migrations', async () => {
  const migrations = await readMigrations(migrationFolders);

  it('form one number line over all rooms, without a gap', () => {
    expect(migrations.map((migration) => migration.number)).toEqual(migrations.map((_, index) => index + 1));
  });

  it('are never edited once they have landed', async () => {
    const landed = JSON.parse(await readFile(ledger, 'utf8')) as Record<string, string>;
    expect(Object.fromEntries(migrations.map(({ name, checksum }) => [name, checksum]))).toEqual(landed);
  });
});
