import pg from 'pg';
import { lost } from './layout.ts';

export const databaseName = 'plumbline';

export interface Connection {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** What a server says of itself; undefined while it starts, recovers or stops. */
export async function describeServer(
  connection: Connection,
): Promise<{ directory: string; version: string } | undefined> {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const result = await client.query<{ directory: string; version: string }>(
      "select current_setting('data_directory') as directory, current_setting('server_version') as version",
    );
    return result.rows[0];
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '28P01') throw lost('Its password is another one', `the server at port ${connection.port}`);
    // Starting, recovering or stopping.
    return undefined;
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function ensureDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}
