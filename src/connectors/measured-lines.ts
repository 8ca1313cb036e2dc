/** A line of code, as far as tests and copies of it are known. */
export interface MeasuredLine {
  line: number;
  /** Whether a test ran it; null where nothing of it can be run. */
  covered: boolean | null;
  /** Ways to go on from it, and how many of them a test took. */
  conditions: number;
  coveredConditions: number;
  duplicated: boolean;
}

/** Which lines of a file are asked for; both ends of a range are. */
export interface LineRanges {
  path: string;
  ranges: readonly { from: number; to: number }[];
}

/** Single lines of analysed code. All throw catalogue codes; `invalid_permissions` where the token may not. */
export interface MeasuredLines<Context> {
  /** Lines of each file, in their order; null for what is not analysed as source code, which tests are not. */
  read(
    context: Context,
    project: string,
    files: readonly LineRanges[],
  ): Promise<readonly (readonly MeasuredLine[] | null)[]>;
  /** Whether conditions on coverage and duplication are left out for changes of few lines, as servers do unless told not to. */
  ignoresSmallChanges(context: Context, project: string): Promise<boolean>;
}
