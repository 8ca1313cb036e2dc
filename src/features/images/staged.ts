import { newestOf } from '../ingestion/index.ts';

/** The newest staged record of each key of one stream ($1 task). */
export const newestStaged = (stream: 'repositories' | 'images' | 'image_tags'): string =>
  newestOf('$1', `'${stream}'`, "''");
