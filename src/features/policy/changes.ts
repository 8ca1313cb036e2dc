/** An image came into an environment, or left it. The id is that of the period. */
export const environmentImageChanged = 'environment_image';

export const policyChanges: readonly string[] = [environmentImageChanged];
