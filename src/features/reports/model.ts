import type { AnnotationSeverity, AnnotationType } from '../../connectors/contract.ts';
import type { MetricCondition } from '../../domain/gate.ts';

/** What SonarQube says of one analysis of a pull request. */
export interface AnalysedChange {
  projectKey: string;
  projectName: string;
  /** Its own id of the pull request in SonarQube, which is Bitbucket’s. */
  pullRequest: string;
  /** The commit that was analysed. */
  revision: string;
  analyzedAt: Date;
  gate: GateAnswer;
  figures: ChangeFigures;
  /** Issues and hotspots of the new code, not resolved. */
  findings: readonly NewFinding[];
}

/** What a report is made of: an analysis, or that there is none. */
export type ReportedChange = Omit<AnalysedChange, 'analyzedAt'> & { analyzedAt: Date | null };

export interface GateAnswer {
  status: 'OK' | 'WARN' | 'ERROR' | 'NONE' | null;
  /** False where no condition had a value; null where the server said nothing about conditions. */
  evaluated: boolean | null;
  conditions: readonly NamedCondition[];
}

export interface NamedCondition extends MetricCondition {
  /** What people call the metric. */
  name: string;
  unit: 'percent' | 'rating' | 'number';
}

/** Null: nothing was measured, which is not zero. */
export interface ChangeFigures {
  newIssues: number | null;
  acceptedIssues: number | null;
  hotspots: number | null;
  /** Percent, of new code. */
  coverage: number | null;
  duplication: number | null;
}

export interface NewFinding {
  key: string;
  kind: 'issue' | 'hotspot';
  /** From the root of the repository; null where it is of the whole project. */
  path: string | null;
  line: number | null;
  severity: AnnotationSeverity;
  type: AnnotationType;
  message: string;
}
