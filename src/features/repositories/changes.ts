/** What the room tells the others of: a pull request is new or changed. The id is its row’s. */
export const pullRequestChanged = 'pull_request_changed';
/** Which projects a repository is bound to, or how, changed. The id is the repository’s row. */
export const bindingsChanged = 'bindings_changed';

/** Who owns the code of a repository, by its file of owners, changed, or could not be read. The id is the repository’s row. */
export const ownersChanged = 'code_owners_changed';

export const repositoryChanges: readonly string[] = [pullRequestChanged, bindingsChanged, ownersChanged];
