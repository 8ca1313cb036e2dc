/**
 * What a report on a pull request is made of, in the words of Code Insights. Limits are the outside system’s: text is
 * counted in UTF-16 units, as servers written in Java count it.
 */

/** There is nothing between the two: whatever did not pass is no `PASS`. */
export type ReportResult = 'PASS' | 'FAIL';

/** One line of figures; at most `reportLimits.cells` of them. */
export type ReportCell =
  | { title: string; type: 'NUMBER' | 'PERCENTAGE'; value: number }
  | { title: string; type: 'TEXT'; value: string }
  | { title: string; type: 'LINK'; value: { linktext: string; href: string } };

export interface CodeReport {
  title: string;
  reporter: string;
  result: ReportResult;
  /** Plain text, lines end in `\n`. */
  details: string;
  link: string;
  /** Milliseconds since 1970, when what it reports was analysed. */
  createdDate: number;
  data: readonly ReportCell[];
}

export type AnnotationSeverity = 'HIGH' | 'MEDIUM' | 'LOW';
export type AnnotationType = 'VULNERABILITY' | 'BUG' | 'CODE_SMELL';

export interface CodeAnnotation {
  /** Unique in its report. */
  externalId: string;
  /** From the root of the repository; without it the annotation is of the whole pull request. */
  path?: string;
  /** Of the new side; only with a path. Without it the annotation is of the file. */
  line?: number;
  severity: AnnotationSeverity;
  type: AnnotationType;
  message: string;
  link: string;
}

export const reportLimits = {
  key: 50,
  title: 450,
  details: 2_000,
  cells: 6,
  message: 2_000,
  externalId: 450,
  /** Of one report in all; an administrator may have set another. */
  annotations: 1_000,
} as const;

/** A report’s place: it belongs to a commit, not to a pull request. */
export interface ReportPlace {
  project: string;
  repository: string;
  /** All 40 characters. */
  commit: string;
  key: string;
}
