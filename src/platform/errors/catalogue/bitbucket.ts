import type { CatalogueEntry } from './entry.ts';

/** Codes of Bitbucket Server and Data Center. */
export const bitbucketErrors = {
  not_a_bitbucket_server: {
    status: 422,
    retryable: false,
    title: 'The address answers, but not as Bitbucket Server.',
    remedy:
      'Enter the base URL including its context path (e.g. /bitbucket), and check that no log-in page stands in between.',
  },
  bitbucket_user_unlicensed: {
    status: 422,
    retryable: false,
    title: 'The token’s user has no Bitbucket licence.',
    remedy:
      'Give the user a licence (Bitbucket: Administration, Global permissions, Bitbucket user), or use another one.',
  },
  bitbucket_forbidden: {
    status: 422,
    retryable: false,
    title: 'Bitbucket forbids this call.',
    remedy:
      'Use an access token of a user: project and repository tokens have no user behind them. Check that no proxy removes the header X-Atlassian-Token.',
  },
  bitbucket_project_not_found: {
    status: 404,
    retryable: false,
    title: 'Bitbucket has no such project.',
    remedy: 'Enter the project’s key as shown in its address; personal projects begin with ~.',
  },
  bitbucket_repository_not_found: {
    status: 404,
    retryable: false,
    title: 'Bitbucket has no such repository.',
    remedy: 'Enter project key and repository slug as shown in its address, or bind the project again.',
  },
  bitbucket_repository_moved: {
    status: 409,
    retryable: true,
    title: 'The repository has another address now.',
    remedy: 'Nothing to do: it is found again by its id.',
  },
  bitbucket_commit_not_found: {
    status: 404,
    retryable: true,
    title: 'Bitbucket does not know the commit in this repository.',
    remedy: 'Push the commit; of a fork it appears once the pull request is open. It is tried again by itself.',
  },
  bitbucket_pull_request_not_found: {
    status: 404,
    retryable: false,
    title: 'Bitbucket has no such pull request.',
    remedy: 'Check sonar.pullrequest.key: it must be the number of the pull request in this repository.',
  },
  bitbucket_report_not_ours: {
    status: 409,
    retryable: false,
    title: 'Somebody else wrote a report under this key.',
    remedy:
      'Switch off the other program (SonarQube’s own decoration, a plug-in, another user’s token), or give the binding a key of its own.',
  },
  bitbucket_rejected_request: {
    status: 502,
    retryable: false,
    title: 'Bitbucket does not accept what was sent.',
    remedy: 'Look at Bitbucket’s own words; if they name no cause of yours, report it.',
  },
  bitbucket_conflict: {
    status: 409,
    retryable: true,
    title: 'It was changed in Bitbucket in the meantime.',
    remedy: 'Nothing to do: it is read and tried again.',
  },
  code_repository_not_found: {
    status: 422,
    retryable: false,
    title: 'No repository like this has been read.',
    remedy: 'Paste the address of the repository’s page in Bitbucket, and let its integration read it first (Run now).',
  },
  import_needs_person: {
    status: 403,
    retryable: false,
    title: 'Repositories are imported with an access token of one’s own, and this caller is no person.',
    remedy: 'Sign in, or use an API token that a person made.',
  },
  import_token_missing: {
    status: 409,
    retryable: false,
    title: 'You have not entered an access token of yours for this server.',
    remedy: 'Make one in Bitbucket with Read on projects and repositories, and enter it under Projects → Add project.',
  },
  import_token_refused: {
    status: 409,
    retryable: false,
    title: 'Bitbucket does not accept your access token any more.',
    remedy:
      'Make a new one in Bitbucket with Read on projects and repositories, and enter it under Projects → Add project.',
  },
  import_out_of_scope: {
    status: 422,
    retryable: false,
    title: 'The integration does not read this, so it could not be bound.',
    remedy: 'Add it to the settings of the integration that is named.',
  },
  import_running: {
    status: 409,
    retryable: true,
    title: 'The repository is being set up.',
    remedy: 'Wait for it to end; it takes seconds.',
  },
  import_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such import of yours.',
    remedy: 'List those there are: GET /api/v1/import/{id}/bulk. Old ones are forgotten after a time.',
  },
  import_left_project: {
    status: 502,
    retryable: false,
    title: 'The project was made on SonarQube and could neither be bound nor removed.',
    remedy:
      'Remove the project named here in SonarQube, or set the repository up again: that goes on where this stopped.',
  },
  project_exists: {
    status: 409,
    retryable: false,
    title: 'The server has a project with this key, or one that differs by case alone.',
    remedy: 'Choose another key, or bind the project that is there.',
  },
  project_refused: {
    status: 422,
    retryable: false,
    title: 'The server does not make such a project.',
    remedy: 'Change key, name or main branch as the server’s own words say.',
  },
  companion_key_taken: {
    status: 409,
    retryable: false,
    title: 'The server has a project under the companion’s key that is no companion.',
    remedy: 'Rename or remove that project, or give it back the tag plumbline-companion if somebody took it away.',
  },
  companion_not_permitted: {
    status: 403,
    retryable: false,
    title: 'The token may not make companions of pull requests.',
    remedy:
      'In SonarQube give the token’s user Create Projects (Administration → Security → Global permissions), and Administer on new projects (Administration → Security → Permission templates).',
  },
  companion_not_possible: {
    status: 409,
    retryable: false,
    title: 'There is no companion for this pull request.',
    remedy: 'Bind a SonarQube project to its repository, and ask while the pull request is open.',
  },
  binding_exists: {
    status: 409,
    retryable: false,
    title: 'The project is bound to a repository already.',
    remedy: 'End that binding first, or change it.',
  },
  binding_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such binding.',
    remedy: 'List the bindings: GET /api/v1/bindings.',
  },
  binding_conflict: {
    status: 409,
    retryable: false,
    title: 'Another project is of this repository, and not each of them is said to be one of several.',
    remedy: 'Switch “mono repository” on for every project of the repository.',
  },
  binding_invalid: {
    status: 400,
    retryable: false,
    title: 'The binding has a key or a path prefix that cannot be.',
    remedy: 'Correct what the sentence names.',
  },
} as const satisfies Record<string, CatalogueEntry>;
