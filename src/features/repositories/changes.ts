/** What the room tells the others of: a pull request is new or changed. The id is its row’s. */
export const pullRequestChanged = 'pull_request_changed';

export const repositoryChanges: readonly string[] = [pullRequestChanged];
