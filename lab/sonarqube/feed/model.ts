import type { GenericIssue } from '../generic-issues.ts';

export type Seed = 'none' | 'small' | 'full';

/** What a person decides about an issue after the last analysis. */
export type Decision = 'accept' | 'falsepositive' | 'confirm';

export interface FeedAnalysis {
  version: string;
  /** Undefined for the last one of a living project: only an undated analysis keeps what it closes for 30 days. */
  daysAgo: number | undefined;
  files: Readonly<Record<string, string>>;
  issues: readonly GenericIssue[];
  properties?: Readonly<Record<string, string>>;
}

export interface FeedProject {
  key: string;
  name: string;
  /** Private projects are not shown to the Browse-only user. */
  private: boolean;
  analyses: readonly FeedAnalysis[];
  /** By message, unique among the imported ones of a project, or by rule key. */
  decisions: Readonly<Record<string, Decision>>;
}
