import type { AnnotationType } from '../../../connectors/contract.ts';
import { annotationSeverity } from '../content/annotation.ts';
import type { NewFinding } from '../model.ts';

/** A finding as it is stored. */
export interface FindingRow {
  key: string;
  kind: NewFinding['kind'];
  path: string | null;
  line: number | null;
  message: string;
  standardClass: string;
  standardLevel: string;
  rawLevel: string;
  security: string | null;
  reliability: string | null;
  maintainability: string | null;
  /** The server counts by impacts on software qualities; else by types. */
  byImpact: boolean;
}

/** From the worst; one that nobody knows is the worst. */
const impactLevels = ['BLOCKER', 'HIGH', 'MEDIUM', 'LOW', 'INFO'];

const types: Readonly<Record<string, AnnotationType>> = {
  vulnerability: 'VULNERABILITY',
  bug: 'BUG',
  code_smell: 'CODE_SMELL',
};

/** A finding as a report shows it: by its highest impact, or by its type where the server counts so. */
export function newFinding(row: FindingRow): NewFinding {
  const { key, kind, path, line, message } = row;
  return { key, kind, path, line, message, ...weightOf(row) };
}

function weightOf(row: FindingRow): Pick<NewFinding, 'severity' | 'type'> {
  if (row.kind === 'hotspot') return { severity: annotationSeverity(row.rawLevel), type: 'VULNERABILITY' };
  const highest = row.byImpact ? highestImpact(row) : undefined;
  if (highest !== undefined) return { severity: annotationSeverity(highest.level), type: highest.type };
  return { severity: annotationSeverity(row.standardLevel), type: types[row.standardClass] ?? 'CODE_SMELL' };
}

function highestImpact({ security, reliability, maintainability }: FindingRow) {
  const impacts: readonly [AnnotationType, string | null][] = [
    ['VULNERABILITY', security],
    ['BUG', reliability],
    ['CODE_SMELL', maintainability],
  ];
  return impacts
    .flatMap(([type, level]) => (level === null ? [] : [{ type, level }]))
    .toSorted((a, b) => impactLevels.indexOf(a.level) - impactLevels.indexOf(b.level))
    .at(0);
}
