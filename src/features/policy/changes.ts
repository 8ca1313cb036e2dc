/** An image came into an environment, or left it. The id is that of the period. */
export const environmentImageChanged = 'environment_image';

/** What is said of an image, or by what, is another than before. The id is the image's; 0: of many. */
export const verdictChanged = 'verdict';

export const policyChanges: readonly string[] = [environmentImageChanged, verdictChanged];
