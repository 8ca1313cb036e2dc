/** What may belong to a team beside projects, and the properties by which rules take it. */
export const thingProperties = {
  repository: ['path', 'project', 'name'],
  service: ['identifier', 'name', 'project', 'organization', 'tag'],
  pipeline: ['identifier', 'name', 'project', 'organization', 'tag'],
  environment: ['identifier', 'name', 'type', 'project', 'organization', 'tag'],
  image: ['path'],
} as const;
