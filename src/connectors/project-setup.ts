/** A project that is to be made on an analysing server. */
export interface NewProject {
  /** Unique on the server, also without regard to case. */
  key: string;
  name: string;
  /** Name of its main branch; null: the server’s own. */
  mainBranch: string | null;
  /** Null: as the server makes projects. */
  visibility: 'public' | 'private' | null;
}

/** Projects of our making. All throw catalogue codes; refusals carry the server’s own words. */
export interface ProjectCreation<Context> {
  /**
   * Makes it, and answers with it as its stream yields it. Throws `project_exists`, `project_refused`,
   * `invalid_permissions`; after what leaves it open whether it was made (`timeout`, `unreachable`), `find` tells.
   */
  create(context: Context, project: NewProject): Promise<unknown>;
  /** As its stream yields it; null where there is none with this key. */
  find(context: Context, key: string): Promise<unknown>;
  /** One that is not there any more is no error. */
  remove(context: Context, key: string): Promise<void>;
  /** Whether the settings of the integration have a project with this key read. */
  isRead(context: Context, key: string): boolean;
}

/** What the server itself holds about where a project’s code lies. */
export interface ProjectOrigin {
  /** The repository it is bound to there; null: none, or it may not be read. */
  bound: { kind: string; base: string | null; project: string; repository: string; mono: boolean } | null;
  /** Addresses of the code that people or scanners entered. */
  links: readonly string[];
  /** True where this server analyses pull requests, and then reports on those of what it is bound to; null: not told. */
  pullRequests: boolean | null;
}

/** How one project is set up on the server. All throw catalogue codes. */
export interface ProjectSettings<Context> {
  origin(context: Context, key: string): Promise<ProjectOrigin>;
  /** What the project itself is limited to; none: it holds everything, or what the server says for all. */
  inclusions(context: Context, key: string): Promise<readonly string[]>;
  /** Has the project hold only what the pattern names; null: everything. */
  include(context: Context, key: string, pattern: string | null): Promise<void>;
}
