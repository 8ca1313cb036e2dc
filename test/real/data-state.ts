import { expect } from 'vitest';
import type { Database } from '../../src/platform/database/index.ts';

/** Per table: rows ever inserted, updated and deleted, and where each row lies and which transaction wrote it. */
export type DataState = Record<string, { written: number; rows: number; places: string | null }>;

/** Of the rooms that hold data, as against bookkeeping. Two equal states mean that no row was touched in between. */
export async function dataState(db: Database): Promise<DataState> {
  const tables = await db.query<{ name: string; written: number }>(
    `select format('%I.%I', schemaname, relname) as name, n_tup_ins + n_tup_upd + n_tup_del as written
       from pg_stat_user_tables where schemaname in ('code_quality', 'insights') order by 1`,
  );
  const state: DataState = {};
  for (const { name, written } of tables) {
    const { rows, places } = await db.one<{ rows: number; places: string | null }>(
      `select count(*) as rows, md5(string_agg(ctid::text || ' ' || xmin::text, ',' order by ctid)) as places from ${name}`,
    );
    state[name] = { written, rows, places };
  }
  return state;
}

/** Waits until everything that rooms do about a publish has been done. */
export async function reactionsDone(db: Database): Promise<void> {
  const waiting = async (): Promise<number> => {
    const { jobs } = await db.one<{ jobs: number }>(
      "select count(*) as jobs from jobs.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'",
    );
    return jobs;
  };
  await expect.poll(waiting, { timeout: 60_000, interval: 200 }).toBe(0);
}
