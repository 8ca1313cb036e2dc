/** Where the hub itself reaches outside systems from. A worker elsewhere claims the tasks of its own place only. */
export const hubPlace = 'hub';

/** Where the database is: work that calls nobody. */
export const databasePlace = 'database';
