/** Kinds of changes that the room tells others of: a run that ended; roll-ups that were made anew for an integration. */
export const ingestionChanges = ['run_ended', 'roll_up'] as const;
