/** The newest staged record of each key of one stream; of the three, each is a parameter or a literal. */
export const newestOf = (task: string, stream: string, scope: string): string => `
  select distinct on (source_key) source_key, row_hash, record
    from ingestion.stage where task_id = ${task} and stream = ${stream} and scope = ${scope} order by source_key, seq desc`;

/** The same with $1 task, $2 stream, $3 scope. */
export const newestStagedOfScope = newestOf('$1', '$2', '$3');
