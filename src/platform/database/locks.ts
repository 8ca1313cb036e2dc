/**
 * Every advisory lock of the product, so that no two purposes share a number. Locks with a second key, as said beside
 * them, are apart from those with one.
 */
export const advisoryLocks = {
  migrations: 7_001_420,
  views: 7_001_421,
  /** Held while a role is made or changed, and while a process connects with a password it just set. */
  logins: 7_001_423,
  rollups: 7_001_424,
  deliveryPartitions: 7_001_425,
  vaultKeys: 7_001_429,
  /** Only one process of all rotates; a second start just watches. */
  keyRotation: 7_001_430,
  backup: 7_001_431,
  /** Held while people, or what is made of them, are written. */
  people: 7_001_432,
  /** With an integration’s id: who starts a run. */
  startingRuns: 7_001_423,
  /** With an integration’s id. */
  health: 7_001_426,
  /** With an integration’s id. */
  ownWebhooks: 7_001_427,
  /** With an image’s id. */
  verdicts: 7_001_450,
  /** With a hash of an environment’s name. */
  environments: 7_001_451,
  /** Held while links of the trace are made from what rooms say. */
  trace: 7_001_433,
  /** Held while what is said of what runs is made from what rooms say. */
  running: 7_001_434,
} as const;
