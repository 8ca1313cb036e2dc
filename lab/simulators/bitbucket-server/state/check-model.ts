/** A report of Code Insights. */
export interface InsightReport {
  key: string;
  title: string;
  data: DataItem[];
  details: string | null;
  reporter: string | null;
  result: 'PASS' | 'FAIL' | null;
  link: string | null;
  logoUrl: string | null;
  coverageProviderKey: string | null;
  createdDate: number;
  /** `user 7` or `token 12`: who may replace it. */
  owner: string;
  annotations: Annotation[];
}

export interface DataItem {
  title: string;
  type?: string;
  value: unknown;
}

export type Severity = 'LOW' | 'MEDIUM' | 'HIGH';

export interface Annotation {
  externalId: string | null;
  path: string | null;
  line: number;
  message: string;
  severity: Severity;
  link: string | null;
  type: 'VULNERABILITY' | 'CODE_SMELL' | 'BUG' | null;
}

export interface BuildStatus {
  key: string;
  state: 'SUCCESSFUL' | 'FAILED' | 'INPROGRESS' | 'CANCELLED' | 'UNKNOWN';
  url: string;
  name: string | null;
  description: string | null;
  ref: string | null;
  parent: string | null;
  buildNumber: string | null;
  duration: number | null;
  testResults: object | null;
  createdDate: number;
  updatedDate: number;
  /** Of the repository it was told for; null for the old resource, which knows none. */
  repository: number | null;
}

/** What a report that is required for a merge must be like. */
export interface RequiredReport {
  key: string;
  /** Its result must be PASS; default true. */
  mustPass?: boolean;
  /** Annotations it may not have; default none is forbidden. */
  forbidden?: 'none' | 'any' | 'medium' | 'high';
}

/** Merge checks of a project or repository; those of a project are inherited. */
export interface MergeRules {
  /** Undefined in a repository: inherited from the project. */
  reports: RequiredReport[] | undefined;
  /** Successful builds that a merge needs; undefined in a repository: inherited. */
  minimumBuilds: number | undefined;
  /** Reviewers that must have approved. */
  approvals: number | undefined;
  /** A project's administrator forbids its repositories rules of their own. */
  locked: boolean;
}

export const noRules = (own: boolean): MergeRules => ({
  reports: own ? [] : undefined,
  minimumBuilds: own ? 0 : undefined,
  approvals: own ? 0 : undefined,
  locked: false,
});

export interface Matcher {
  type: 'ANY_REF' | 'BRANCH' | 'PATTERN' | 'MODEL_CATEGORY' | 'MODEL_BRANCH';
  id: string;
}

export interface RequiredBuild {
  id: number;
  buildParentKeys: string[];
  refMatcher: Matcher;
  exemptRefMatcher: Matcher | null;
  requiredForPullRequest: boolean;
  requiredForMergeQueue: boolean;
}
