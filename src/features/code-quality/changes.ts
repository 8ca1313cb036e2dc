/** Kinds of changes that publishes of the room tell others of; the id is that of the thing, of `roll_up` the integration’s. */
export const codeQualityChanges = ['project', 'analysis', 'analyses_of_project', 'roll_up'] as const;
