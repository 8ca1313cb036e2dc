/** Severities readers see, from the worst to the least. `unrated`: the mapping does not know the source's level. */
export const severities = ['critical', 'high', 'medium', 'low', 'unrated'] as const;
export type Severity = (typeof severities)[number];

/**
 * The scale a source's own level is on: MQR impact severity, standard severity, or a hotspot's review priority. The
 * first two are not interchangeable: the same issue may be BLOCKER on one and MEDIUM on the other.
 */
export type SeverityAxis = 'impact' | 'standard' | 'probability';

export interface SeverityMappingRow {
  axis: SeverityAxis;
  rawLevel: string;
  severity: Exclude<Severity, 'unrated'>;
}

const rows = (
  axis: SeverityAxis,
  levels: Record<string, SeverityMappingRow['severity']>,
): readonly SeverityMappingRow[] =>
  Object.entries(levels).map(([rawLevel, severity]) => ({ axis, rawLevel, severity }));

/** What the table of the code-quality room is seeded with. */
export const defaultSeverityMapping: readonly SeverityMappingRow[] = [
  ...rows('impact', { BLOCKER: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low', INFO: 'low' }),
  ...rows('standard', { BLOCKER: 'critical', CRITICAL: 'high', MAJOR: 'medium', MINOR: 'low', INFO: 'low' }),
  ...rows('probability', { HIGH: 'high', MEDIUM: 'medium', LOW: 'low' }),
];

/** Severity of a source's level. A level the mapping does not know is shown as unrated, never as harmless. */
export function severityOf(axis: string, rawLevel: string, mapping: readonly SeverityMappingRow[]): Severity {
  return mapping.find((row) => row.axis === axis && row.rawLevel === rawLevel)?.severity ?? 'unrated';
}

/** For sorting: the worst first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}
