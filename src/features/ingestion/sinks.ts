import type { Sink } from './sink.ts';

/** By the kind of connector. */
export type Sinks = ReadonlyMap<string, Sink>;

export function sinkOf(kind: string, sinks: Sinks): Sink {
  const sink = sinks.get(kind);
  if (sink === undefined) throw new Error(`no room stores what connector ${kind} reads`);
  return sink;
}
