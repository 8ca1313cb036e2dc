/** Kinds of changes that publishes of the room tell others of; the id is that of the thing, of `roll_up` and `project_tags` the integration’s. */
export const codeQualityChanges = ['project', 'analysis', 'analyses_of_project', 'roll_up', 'project_tags'] as const;
