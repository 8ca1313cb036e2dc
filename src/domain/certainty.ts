/**
 * How sure a link of a line is, the surest first. `signed`: a verified signature says so. `stated`: an unsigned document of
 * the builder, or the outside system. `inferred`: derived from what is known. `declared`: a person or a pipeline told the hub.
 */
export const certainties = ['signed', 'stated', 'inferred', 'declared'] as const;
export type Certainty = (typeof certainties)[number];

/** A line is as sure as the least sure of its links; null: there is none. */
export function leastSure(links: readonly Certainty[]): Certainty | null {
  return certainties.findLast((certainty) => links.includes(certainty)) ?? null;
}
