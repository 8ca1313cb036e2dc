/** A project that is made for one pull request of another project. */
export interface NewCompanion {
  key: string;
  /** Key of the project that it is a companion of. */
  of: string;
  /** Number of the pull request. */
  pullRequest: string;
  /** An earlier attempt to make it was cut off: a project with this key, which was none before, is ours. */
  begun: boolean;
}

/** Companions on a server that analyses no pull requests. All throw catalogue codes; refusals carry the server’s own words. */
export interface CompanionProjects<Context> {
  /** True where pull requests are analysed as such: then nobody needs a companion. */
  analysesPullRequests(context: Context, project: string): Promise<boolean>;
  /** What has the key: nothing, a companion of ours, or somebody else’s project. */
  find(context: Context, key: string): Promise<'nothing' | 'companion' | 'project'>;
  /**
   * Makes it, judged as its main project is, or mends what is there of it. What could not be made whole is removed again.
   * Throws `companion_key_taken`, `companion_not_permitted`, `project_not_found`.
   */
  ensure(context: Context, companion: NewCompanion): Promise<void>;
  /** One that is not there any more is no error. Throws `companion_key_taken` for a project that is no companion of ours. */
  remove(context: Context, key: string): Promise<void>;
}
