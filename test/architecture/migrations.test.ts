import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readMigrations } from '../../src/platform/database/index.ts';
import { migrationFolders } from '../../src/schema.ts';

/**
 * Name and SHA-256 of each migration that has landed, in the order of landing. A new one adds its line; no line is ever
 * changed. One whose name another room has too is called `<room>/<name>`.
 */
const ledger = new URL('./landed-migrations.json', import.meta.url);

/** Up to here one number line ran over all rooms. */
const lastOfLine = 47;

describe('migrations', async () => {
  const migrations = await readMigrations(migrationFolders);
  const keyOf = ({ room, name }: { room: string; name: string }): string =>
    migrations.filter((one) => one.name === name).length > 1 ? `${room}/${name}` : name;

  it('are one line up to the last that was numbered so, and never below it since', () => {
    const numbers = migrations.map(({ number }) => number);
    const [line, since] = [numbers.filter((one) => one <= lastOfLine), numbers.filter((one) => one > lastOfLine)];
    expect(line).toEqual(Array.from({ length: lastOfLine }, (_, index) => index + 1));
    expect(since.length).toBe(numbers.length - lastOfLine);
  });

  it('are applied in the order in which they landed, but for rooms that did not know each other', async () => {
    const landed = Object.keys(JSON.parse(await readFile(ledger, 'utf8')) as Record<string, string>);
    // Within a room a later one has a higher number.
    const rooms = new Map<string, number>();
    for (const key of landed) {
      const { room, number } = migrations.find((one) => keyOf(one) === key) ?? { room: key, number: 0 };
      expect({ key, number }).toEqual({ key, number: Math.max(number, (rooms.get(room) ?? 0) + 1) });
      rooms.set(room, number);
    }
  });

  it('are never edited once they have landed', async () => {
    const landed = JSON.parse(await readFile(ledger, 'utf8')) as Record<string, string>;
    expect(Object.fromEntries(migrations.map((one) => [keyOf(one), one.checksum]))).toEqual(landed);
  });
});
