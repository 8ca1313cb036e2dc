import type { EndpointDeclaration } from '../contract.ts';

type Row = [method: 'GET' | 'POST', path: string, why: string, without: string, permission: string];

const pipelineView = 'View on pipelines in the project';
const anyKey = 'any key';

/**
 * Every call this connector makes; a test compares this list with a journal of requests. Each path may have `gateway/`
 * before it. POST is how Harness lists with a filter: nothing is changed there.
 */
const rows: readonly Row[] = [
  [
    'GET',
    'ng/api/organizations',
    'Is the key accepted? Organizations and their names.',
    'Organizations are known by their projects alone.',
    anyKey,
  ],
  ['GET', 'ng/api/accounts/<account>', 'The account’s name.', 'It is not shown.', 'View on the account'],
  ['GET', 'ng/api/user/currentUser', 'Whose personal key it is.', 'It is not shown.', 'a personal key'],
  ['GET', 'ng/api/projects', 'What there is to read.', 'Nothing can be read.', 'View on projects'],
  [
    'POST',
    'pipeline/api/pipelines/list',
    'Pipelines of a project.',
    'Pipelines are known by what ran alone.',
    pipelineView,
  ],
  [
    'POST',
    'pipeline/api/pipelines/execution/summary',
    'What ran in a project, by when it began, and what is under way.',
    'Nothing is known of what ran.',
    pipelineView,
  ],
  [
    'GET',
    'pipeline/api/pipelines/execution/v2/<execution>',
    'What became of a run that was under way, and what the steps of a stage say (commit, pushed images, digest, rollback).',
    'Runs that began more than a day ago stay as they were; commits, pushed images, digests and rollbacks that only steps tell are missing.',
    pipelineView,
  ],
  [
    'GET',
    'ng/api/servicesV2',
    'Services of a project.',
    'Services are known by deployments alone.',
    'View on services',
  ],
  [
    'GET',
    'ng/api/environmentsV2',
    'Environments of a project and their type.',
    'Environments are known by deployments alone.',
    'View on environments',
  ],
];

export const endpoints: readonly EndpointDeclaration[] = rows.map(([method, path, why, without, permission]) => ({
  method,
  path,
  ...(method === 'POST' ? { asks: true as const } : {}),
  why,
  without,
  since: 'NextGen',
  permission,
}));
