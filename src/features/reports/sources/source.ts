import type { CodePlace } from '../../../connectors/contract.ts';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import type { Connecting } from '../../integrations/index.ts';
import type { PullRequestFacts } from '../store/facts.ts';
import type { AnalysedChange } from '../model.ts';

/** A project bound to a repository, as far as a source needs it. */
export interface BoundProject {
  projectId: number;
  projectKey: string;
  projectName: string;
  sonarqubeId: number;
  /** Folder of the repository that it is of; '' for the whole. */
  prefix: string;
}

export interface WantedPullRequest {
  /** Its row. */
  id: number;
  /** As in Bitbucket. */
  number: string;
  head: string;
}

export interface AnalysedPullRequest {
  change: AnalysedChange;
  /** Branch that it was analysed for; null where nothing says so. */
  target: string | null;
  /** What else a reader of the report must know, one sentence each. */
  notes: readonly string[];
  /** First words of the report’s title, and who says it. */
  title: string;
  reporter: string;
  /** Where its pages are: the project, and the pull request in it; null for a project of its own. */
  page: { projectKey: string; pullRequest: string | null };
}

/** Why a pull request has no answer yet. */
export type MissingAnswer = 'not_analysed' | 'head_not_analysed' | 'not_read' | 'commit_unknown';

/** With what a source may ask other systems. */
export interface Preparing {
  db: Database;
  connect: Connecting['connect'];
  signal: AbortSignal;
}

export interface PreparedPullRequest {
  project: BoundProject;
  place: CodePlace;
  /** Integration of its repository. */
  bitbucketId: number;
  pullRequest: PullRequestFacts;
}

export type SourceAnswer = ({ kind: 'analysed' } & AnalysedPullRequest) | { kind: 'missing'; reason: MissingAnswer };

/** One way in which SonarQube says something about pull requests. Only reads what is stored. */
export interface ChangeSource {
  name: string;
  /** Null: it has nothing about this pull request, and another source may. */
  answer(db: Queryable, project: BoundProject, pullRequest: WantedPullRequest): Promise<SourceAnswer | null>;
  /** Asks for what is not stored and stores it, before it answers. Throws what connections throw. */
  prepare?(preparing: Preparing, wanted: PreparedPullRequest): Promise<void>;
}

/** The first source that has something to say. */
export async function askSources(
  sources: readonly ChangeSource[],
  db: Queryable,
  project: BoundProject,
  pullRequest: WantedPullRequest,
): Promise<SourceAnswer> {
  for (const source of sources) {
    const answer = await source.answer(db, project, pullRequest);
    if (answer !== null) return answer;
  }
  return { kind: 'missing', reason: 'not_analysed' };
}
