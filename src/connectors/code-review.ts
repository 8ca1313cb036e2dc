import { z } from 'zod';

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
  /** Milliseconds since 1970, when what it reports was analysed; left out where nothing was. */
  createdDate?: number;
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

/** A repository by the names it has in its address now. */
export interface CodePlace {
  project: string;
  repository: string;
}

/** A report’s place: it belongs to a commit, not to a pull request. */
export interface ReportPlace extends CodePlace {
  /** All 40 characters. */
  commit: string;
  key: string;
}

/** A run of lines that one side has in place of the other’s; a span of 0: none. Without lines around it. */
export interface Hunk {
  /** First removed line; the line before the place where nothing was removed. */
  oldLine: number;
  oldSpan: number;
  /** First added line; the line before the place where nothing was added. */
  newLine: number;
  newSpan: number;
}

/** What happened to one file between two commits. Hunks are in the order of the file. */
export interface FileChange {
  /** Null for a file that is gone. */
  path: string | null;
  /** Null for a file that is new. */
  oldPath: string | null;
  hunks: readonly Hunk[];
}

export interface ReviewDiff {
  files: readonly FileChange[];
  /** The server cut it: a line that is not named may have changed too. */
  truncated: boolean;
}

/** One report on one commit, on the server. Each call is made once. */
export interface ReportWriter {
  /** Replaces the report and leaves its annotations as they are. */
  put(report: CodeReport): Promise<void>;
  /** Removes all its annotations; a report that is not there has none. */
  clear(): Promise<void>;
  /** `too_many`: the server stores no more of them, and nothing of this batch was stored. */
  add(batch: readonly CodeAnnotation[]): Promise<'added' | 'too_many'>;
}

/** `INPROGRESS` and `FAILED` keep a merge that requires the build from happening. */
export type BuildState = 'SUCCESSFUL' | 'FAILED' | 'INPROGRESS';

/** What a build of one commit came to. The same key replaces what was said before. */
export interface BuildStatus {
  key: string;
  /** What a condition of required builds names. */
  parent: string;
  state: BuildState;
  name: string;
  description: string;
  url: string;
  /** Full name of its branch in this repository; null where that has none of it. */
  ref: string | null;
}

export const buildLimits = { key: 255, name: 255, description: 255, url: 450, parent: 1_024, ref: 1_024 } as const;

/** A comment of a pull request; each change of it has the next version. */
export interface ReviewComment {
  id: string;
  version: number;
}

/** Text of a comment: UTF-16 units. */
export const longestComment = 32_768;

/** Comments about a whole pull request. */
export interface ReviewComments<Context> {
  /** The newest of the token's own user that holds the marker; null: none of the newest few thousand activities. */
  find(context: Context, place: CodePlace, id: string, marker: string): Promise<ReviewComment | null>;
  add(context: Context, place: CodePlace, id: string, text: string): Promise<ReviewComment>;
  /** Replaces its text, whatever version it has by now; `gone`: somebody deleted it. */
  change(
    context: Context,
    place: CodePlace,
    id: string,
    wanted: ReviewComment & { text: string },
  ): Promise<ReviewComment | 'gone'>;
}

/** A pull request as far as reviewing it needs. */
export const ReviewedPullRequest = z.object({
  state: z.enum(['open', 'merged', 'declined', 'other']),
  /** Its newest commit. */
  head: z.string().min(1),
  sourceBranch: z.string(),
  targetBranch: z.string(),
});
export type ReviewedPullRequest = z.infer<typeof ReviewedPullRequest>;

export interface MergeCheck {
  /** Null where the server does not say. */
  canMerge: boolean | null;
  /** Why not, in its own words. */
  vetoes: readonly string[];
}

/** What can be done with pull requests of a system. All throw catalogue codes. */
export interface CodeReview<Context> {
  /** The repository that has these names now, also under an earlier address, with the server’s number for it. */
  repository(context: Context, place: CodePlace): Promise<CodePlace & { id: string }>;
  /** One pull request now, as its stream yields it, which has what `ReviewedPullRequest` has; null when there is none. */
  pullRequest(context: Context, place: CodePlace, id: string): Promise<unknown>;
  /** Has the server take the head of a fork into the repository: before that it does not know the commit. */
  makeHeadKnown(context: Context, place: CodePlace, id: string): Promise<void>;
  diff(context: Context, place: CodePlace, id: string): Promise<ReviewDiff>;
  /** The commit from which both went their ways; null where there is none, or the server does not say. */
  mergeBase(context: Context, place: CodePlace, commits: { one: string; other: string }): Promise<string | null>;
  /** What lies under a key, whoever wrote it; null: nothing. */
  storedReport(context: Context, place: ReportPlace): Promise<{ reporter: string | null; link: string | null } | null>;
  reportWriter(context: Context, place: ReportPlace): ReportWriter;
  /** Says what a build of a commit came to. */
  setBuildStatus(context: Context, place: CodePlace & { commit: string }, status: BuildStatus): Promise<void>;
  comments: ReviewComments<Context>;
  /** What the server says about merging now; null for a pull request that is not open. */
  mergeCheck(context: Context, place: CodePlace, id: string): Promise<MergeCheck | null>;
}
