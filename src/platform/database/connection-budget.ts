/** Most connections that one process opens, by what for. Read where they are opened and where people are told. */
export const connectionBudget = {
  /** Requests and tasks. */
  work: 20,
  /** The queue of reactions. */
  jobs: 4,
  /** SQL for people, each with a connection of its own, on the replica where there is one. */
  sql: 4,
  /** While a backup is taken. */
  backup: 3,
} as const;

/** A worker answers no people: no SQL and no backup. */
export function connectionsNeeded(role: 'all' | 'web' | 'worker'): number {
  const { work, jobs, sql, backup } = connectionBudget;
  return role === 'worker' ? work + jobs : work + jobs + sql + backup;
}
