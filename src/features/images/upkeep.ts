import { forYears, type Upkeep } from '../../platform/database/index.ts';

export const imagesUpkeep: Upkeep = {
  retention: [
    {
      name: 'image_tags',
      title: 'Where tags pointed',
      description:
        'Periods of tags of images that moved or vanished. Where tags point now, and the images themselves, stay.',
      standard: 730,
      minimum: 30,
      maximum: forYears,
      table: 'images.tag_periods',
      time: 'to_at',
    },
  ],
};
