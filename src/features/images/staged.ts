/** The newest staged record of each key of one stream ($1 task). */
export const newestStaged = (stream: 'repositories' | 'images' | 'image_tags'): string =>
  `select distinct on (source_key) source_key, row_hash, record
     from ingestion.stage where task_id = $1 and stream = '${stream}' and scope = '' order by source_key, seq desc`;
