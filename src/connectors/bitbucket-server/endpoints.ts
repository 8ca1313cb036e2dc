import type { EndpointDeclaration } from '../contract.ts';

const read = 'Read on the repository';
const project = 'rest/api/1.0/projects/<project>';
const repository = `${project}/repos/<repository>`;
const pullRequest = `${repository}/pull-requests/<id>`;
const report = 'rest/insights/1.0/projects/<project>/repos/<repository>/commits/<commit>/reports/<key>';

type Row = [
  method: EndpointDeclaration['method'],
  path: string,
  why: string,
  without: string,
  more?: Partial<Pick<EndpointDeclaration, 'permission' | 'since' | 'spans'>>,
];

const admin = { permission: 'Repository admin' };
const projectAdmin = { permission: 'Project admin', since: '8.0' };

const anybody = { permission: 'none' };
const licensed = { permission: 'a licensed user' };

/** Where they are refused, people enter them by hand. */
function webhookRows(path: string, place: string, more: Row[4] & object): Row[] {
  const without = 'The webhook is set up by hand; without one changes are found at the next sync.';
  return [
    ['GET', path, `May webhooks of ${place} be set up, and which are there?`, without, more],
    ['POST', path, `Sets up the hub’s webhook of ${place}.`, without, more],
    ['PUT', `${path}/<webhook>`, 'Changes its name, address or secret, and switches it on.', without, more],
    ['DELETE', `${path}/<webhook>`, 'Removes it.', 'It is removed by hand.', more],
  ];
}

/** Every call this connector makes; a test compares this list with a journal of requests. */
const rows: readonly Row[] = [
  ['GET', 'status', 'Is the server running?', 'The connection cannot be checked.', anybody],
  ['GET', 'rest/api/1.0/application-properties', 'Its version.', 'The connection cannot be checked.', anybody],
  [
    'GET',
    'rest/capabilities',
    'Has it Code Insights?',
    'Whether reports can be shown is not known beforehand.',
    anybody,
  ],
  [
    'GET',
    'rest/api/1.0/profile/recent/repos',
    'Is the token accepted, and whose is it?',
    'The token cannot be checked.',
    licensed,
  ],
  ['GET', 'rest/api/1.0/users', 'Has the token’s user a licence?', 'The licence cannot be checked.', licensed],
  [
    'GET',
    'rest/api/1.0/projects',
    'Near matches of a project that was not found.',
    'No suggestions are made.',
    licensed,
  ],
  [
    'GET',
    project,
    'Does a named project exist?',
    'Names of projects cannot be checked.',
    { permission: 'Read on the project' },
  ],
  ['GET', 'rest/api/1.0/repos', 'Repositories, where no project is named.', 'Projects must be named.', licensed],
  [
    'GET',
    `${project}/repos`,
    'Repositories of a named project.',
    'Nothing of the project is read.',
    { permission: 'Read on the project' },
  ],
  [
    'GET',
    repository,
    'A repository’s number and its present names.',
    'Renamed and moved repositories are not found again.',
  ],
  [
    'GET',
    `${repository}/default-branch`,
    'The default branch of a repository that is imported.',
    'Its name is asked for by the older call.',
    { since: '7.5' },
  ],
  [
    'GET',
    `${repository}/branches/default`,
    'The same before 7.5.',
    'The main branch of an imported project is SonarQube’s own default.',
  ],
  [
    'GET',
    `${repository}/browse`,
    'Has a repository that a project is bound to a file of code owners?',
    'Rules by owner go by what was read last.',
  ],
  [
    'GET',
    `${repository}/browse/<path>`,
    'That file, and the folders in which it may lie.',
    'Rules by owner go by what was read last.',
    { spans: ['path'] },
  ],
  ['GET', `${repository}/pull-requests`, 'Pull requests.', 'Nothing is known of pull requests.'],
  ['GET', pullRequest, 'One pull request: its head and whether it is open.', 'Nothing is reported.'],
  [
    'GET',
    `${repository}/commits/<commit>/merge-base`,
    'Where a pull request begins, so that its companion is compared with the right analysis.',
    'Companions are compared with the analysis of the base commit, else with the latest.',
  ],
  [
    'GET',
    `${pullRequest}/changes`,
    'Has Bitbucket take the head of a fork into the repository.',
    'Pull requests from forks get no report.',
  ],
  [
    'GET',
    `${pullRequest}/diff`,
    'Which lines a pull request changes.',
    'Which findings are shown is chosen without it where there are too many.',
  ],
  ['GET', `${pullRequest}/merge`, 'What blocks the merge now.', 'Whether the report blocks merges is not shown.'],
  [
    'GET',
    report,
    'Whose report lies under the key?',
    'Reports of other programs are not noticed before the first write.',
  ],
  ['PUT', report, 'Publishes a report.', 'Nothing is reported.'],
  [
    'DELETE',
    `${report}/annotations`,
    'Removes the annotations of an earlier analysis.',
    'Reports with annotations cannot be published again.',
  ],
  ['POST', `${report}/annotations`, 'Publishes annotations.', 'Reports have no annotations.'],
  [
    'POST',
    `${repository}/commits/<commit>/builds`,
    'Says by a build status whether a report passed, where the binding wants it.',
    'The older call is used, which no condition of required builds can name.',
    { since: '7.4' },
  ],
  [
    'POST',
    'rest/build-status/1.0/commits/<commit>',
    'The same before 7.4.',
    'There is no build status beside the report.',
    licensed,
  ],
  [
    'GET',
    `${pullRequest}/activities`,
    'Finds the hub’s own comment again, where the binding wants one.',
    'There is no summary comment.',
  ],
  ['POST', `${pullRequest}/comments`, 'Writes the summary comment.', 'There is no summary comment.'],
  [
    'GET',
    `${pullRequest}/comments/<comment>`,
    'Its version, where somebody changed it meanwhile.',
    'It stays as it was.',
  ],
  ['PUT', `${pullRequest}/comments/<comment>`, 'Keeps the summary comment up to date.', 'It stays as it was.'],
  [
    'GET',
    'rest/webhooks/latest/capabilities',
    'Which events its webhooks know.',
    'Webhooks are set up with those events that every version knows.',
    licensed,
  ],
  ...webhookRows(`${project}/webhooks`, 'a project', projectAdmin),
  ...webhookRows(`${repository}/webhooks`, 'a repository', admin),
];

export const endpoints: readonly EndpointDeclaration[] = rows.map(([method, path, why, without, more]) => ({
  method,
  path,
  why,
  without,
  since: '5.15',
  permission: read,
  ...more,
}));
