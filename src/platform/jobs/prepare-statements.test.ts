import { expect, it } from 'vitest';
import { prepareStatements } from './prepare-statements.ts';

type Asked = { text: string; name?: string | undefined };

/** A database that refuses kept statements with what it is told. */
function databaseOf(refusal?: { code: string }) {
  const asked: Asked[] = [];
  const db = {
    executeSql: async (statement: string | { text: string; name: string }, _values?: unknown[]) => {
      const { text, name } = typeof statement === 'string' ? { text: statement, name: undefined } : statement;
      asked.push({ text, name });
      if (name !== undefined && refusal !== undefined) throw Object.assign(new Error('refused'), refusal);
      return { rows: [{ text }] };
    },
  };
  prepareStatements(db);
  return { db, asked };
}

it('keeps a statement that has values, each text under a name of its own', async () => {
  const { db, asked } = databaseOf();
  for (const text of ['select $1', 'select $1', 'select $1, 2']) await db.executeSql(text, [1]);
  const names = asked.map(({ name }) => name);
  expect(names[0]).toBeDefined();
  expect(names[1]).toBe(names[0]);
  expect(names[2]).not.toBe(names[0]);
});

it('keeps none without values, which may be several statements', async () => {
  const { db, asked } = databaseOf();
  await db.executeSql('begin; commit');
  await db.executeSql('begin; commit', []);
  expect(asked).toEqual([{ text: 'begin; commit' }, { text: 'begin; commit' }]);
});

it('asks again in plain words, and keeps none any more, where tables have got another shape', async () => {
  const { db, asked } = databaseOf({ code: '0A000' });
  await expect(db.executeSql('select $1', [1])).resolves.toEqual({ rows: [{ text: 'select $1' }] });
  await db.executeSql('select $1', [1]);
  expect(asked.map(({ name }) => name === undefined)).toEqual([false, true, true]);
});

it('keeps no more than some dozens of texts', async () => {
  const { db, asked } = databaseOf();
  for (let n = 0; n < 200; n++) await db.executeSql(`select $1, ${n}`, [1]);
  expect(asked.filter(({ name }) => name !== undefined)).toHaveLength(100);
});

it('passes on what else fails', async () => {
  const { db, asked } = databaseOf({ code: '08006' });
  await expect(db.executeSql('select $1', [1])).rejects.toMatchObject({ code: '08006' });
  expect(asked).toHaveLength(1);
});
