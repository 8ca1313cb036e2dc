import type { VisibleTables } from '../../platform/database/index.ts';

/** An image is of whom its repository is. */
export const imagesVisible: VisibleTables = {
  'images.repositories': { of: 'images', by: 'id' },
  'images.images': { of: 'images', by: 'repository_id' },
  'images.tag_periods': { of: 'images', by: 'repository_id' },
  'images.claims': { through: 'images.images', by: 'image_id' },
  'images.platforms': { through: 'images.images', by: 'image_id' },
};

export const imageSlices = { table: 'images.repositories', prefix: 'repository:' };

/** What of it a line from a commit to an environment goes through. */
export const imageStations = { image: 'images.images' } as const;

/** What of it stations of such a line lie in. */
export const imageGrounds = { image_repository: 'images.repositories' } as const;
