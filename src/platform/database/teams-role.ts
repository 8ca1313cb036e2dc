interface Asked {
  query(text: string): Promise<{ rows: Record<string, unknown>[] }>;
}

/**
 * The role that statements of somebody who sees some rows only run as. Roles belong to a whole cluster: the database's own
 * number keeps those of several hubs apart.
 */
export async function teamsRoleOf(db: Asked): Promise<string> {
  const { rows } = await db.query(
    "select 'plumbline_teams_' || oid as name from pg_database where datname = current_database()",
  );
  return String(rows[0]?.['name']);
}
