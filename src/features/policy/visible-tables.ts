import type { VisibleTables } from '../../platform/database/index.ts';

/** A verdict, what lets a failed one pass, and where an image was said to be, is of whom the image’s repository is; rules and settings are nobody’s of some teams. */
export const policyVisible: VisibleTables = {
  'policy.results': { of: 'images', by: 'repository_id' },
  'policy.waivers': { of: 'images', by: 'repository_id' },
  'policy.environment_images': { of: 'images', by: 'repository_id' },
};
