import type { CodePlace } from './code-review.ts';

/** What a person looks for among repositories; '' for any. */
export interface RepositorySearch {
  /** Part of the project’s name, or the key of a user’s own project, which begins with `~`. */
  project: string;
  /** Part of the repository’s name. */
  name: string;
  /** Where to go on: `next` of the page before; 0 for the first. */
  start: number;
}

export interface RepositoryPage {
  /** As the stream of repositories yields them. */
  repositories: readonly unknown[];
  /** Where the next page begins; null after the last. */
  next: number | null;
  /** Why there may be more although no page follows; null: this is all. */
  cutOff: string | null;
}

/** Repositories as one person sees them, with a token of that person. All throw catalogue codes. */
export interface CodeImport<Context> {
  /** Name of the user that the token is of. */
  whoAmI(context: Context): Promise<string>;
  list(context: Context, search: RepositorySearch): Promise<RepositoryPage>;
  /** One repository as its stream yields it, and its default branch; null where it is empty. */
  repository(context: Context, place: CodePlace): Promise<{ record: unknown; mainBranch: string | null }>;
  /** Whether the settings of the integration have the repository read. */
  isRead(context: Context, place: CodePlace): boolean;
}
