export const eventTypes = [
  'AllEvents',
  'PipelineStart',
  'PipelineEnd',
  'PipelineSuccess',
  'PipelineFailed',
  'PipelinePause',
  'StageStart',
  'StageSuccess',
  'StageFailed',
] as const;
export type EventType = (typeof eventTypes)[number];

/** A notification rule of a pipeline. */
export interface Rule {
  project: { identifier: string; organization: { identifier: string } };
  /** Left out: of every pipeline of the project. */
  pipeline?: string;
  url: string;
  events: readonly EventType[];
  /** Nothing is signed: whoever receives it knows the sender by a header like these. */
  headers: Record<string, string>;
  /** Sends the body compressed. */
  gzip: boolean;
}

export interface Sent {
  event: EventType;
  planExecutionId: string;
  body: string;
  /** Null: nobody answered. */
  status: number | null;
}
