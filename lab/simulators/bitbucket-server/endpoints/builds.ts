import { empty, json, type Reply } from '../../wire/reply.ts';
import {
  type Call,
  type Endpoint,
  endpointsOf,
  type Fields,
  jsonBody,
  objectIn,
  optional,
  param,
  repositoryPath,
  requiredText,
  textIn,
} from '../call.ts';
import { badField, tooLong } from '../errors.ts';
import { commitOf, repositoryOf } from '../locate.ts';
import type { Repository } from '../model.ts';
import { paged } from '../paging.ts';
import { demandLicensed } from '../permissions.ts';
import { isAtLeast } from '../profiles.ts';
import type { BuildStatus } from '../state/check-model.ts';
import { storeBuild } from '../state/builds.ts';
import { alike } from '../texts.ts';
import { millis, type World } from '../world.ts';
import { addressIn, limited } from './reports.ts';

const api = endpointsOf('api');
const buildStatus = endpointsOf('build-status');
const buildsPath = `${repositoryPath}/commits/{commit}/builds`;

const oldStates = ['SUCCESSFUL', 'FAILED', 'INPROGRESS'] as const;
const newStates = [...oldStates, 'CANCELLED', 'UNKNOWN'] as const;

interface Limits {
  states: readonly BuildStatus['state'][];
  short: number;
  long: number;
}

const oldLimits: Limits = { states: oldStates, short: 255, long: 255 };

function statusIn(call: Call, repository: Repository | null, { states, short, long }: Limits): BuildStatus {
  const fields = jsonBody(call);
  const state = states.find((one) => one === requiredText(fields, 'state').toUpperCase());
  if (state === undefined) throw badField('state', alike(`The state is not one of: ${states.join(', ')}`));
  const url = requiredText(fields, 'url');
  if (url.length > 450) throw tooLong('url', 450);
  addressIn(fields, 'url');
  const now = millis(call.world);
  return {
    key: keyIn(fields, short),
    state,
    url,
    name: limited(fields, 'name', short),
    description: limited(fields, 'description', short),
    ref: refIn(fields, long),
    parent: limited(fields, 'parent', long),
    buildNumber: limited(fields, 'buildNumber', short),
    duration: textIn(fields, 'duration') === undefined ? null : Number(textIn(fields, 'duration')),
    testResults: objectIn(fields, 'testResults') ?? null,
    createdDate: now,
    updatedDate: textIn(fields, 'lastUpdated') === undefined ? now : Number(textIn(fields, 'lastUpdated')),
    repository: repository?.id ?? null,
  };
}

function keyIn(fields: Fields, most: number): string {
  const key = requiredText(fields, 'key');
  if (key.length > most) throw tooLong('key', most);
  return key;
}

function refIn(fields: Fields, most: number): string | null {
  const ref = limited(fields, 'ref', most);
  if (ref !== null && !ref.startsWith('refs/')) throw badField('ref', alike('The ref must start with refs/'));
  return ref;
}

const view = ({ repository: _repository, ...status }: BuildStatus): object =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== null));

const oldView = ({ name, key, url, state, description, createdDate }: BuildStatus): object => ({
  state,
  key,
  ...(name === null ? {} : { name }),
  url,
  ...(description === null ? {} : { description }),
  dateAdded: createdDate,
});

async function add(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const commit = await commitOf(call, repository);
  demandLicensed(call.subject);
  const states = isAtLeast(call.world.profile, [8, 0]) ? newStates : oldStates;
  storeBuild(call.world, commit, statusIn(call, repository, { states, short: 255, long: 1024 }));
  return empty(204);
}

async function find(call: Call): Promise<Reply> {
  const repository = repositoryOf(call);
  const commit = await commitOf(call, repository);
  const status = call.world.builds.get(commit)?.find(({ key }) => key === optional(call, 'key'));
  // Nothing says which exception this is.
  return status === undefined ? json({ errors: [] }, 404) : json(view(status));
}

async function remove(call: Call): Promise<Reply> {
  const repository = repositoryOf(call, 3);
  const commit = await commitOf(call, repository);
  const left = (call.world.builds.get(commit) ?? []).filter(({ key }) => key !== optional(call, 'key'));
  call.world.builds.set(commit, left);
  return empty(204);
}

/** The old resource does not ask whether there is such a commit. */
function hash(call: Call): string {
  demandLicensed(call.subject);
  const commit = param(call, 'commit').toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(commit)) throw badField('commitId', alike(`'${commit}' is no commit`));
  return commit;
}

function addOld(call: Call): Reply {
  storeBuild(call.world, hash(call), statusIn(call, null, oldLimits));
  return empty(204);
}

function countsOf({ builds }: World, commit: string): object {
  const count = (state: string): number => (builds.get(commit) ?? []).filter((one) => one.state === state).length;
  return {
    successful: count('SUCCESSFUL'),
    inProgress: count('INPROGRESS'),
    failed: count('FAILED'),
    cancelled: count('CANCELLED'),
    unknown: count('UNKNOWN'),
  };
}

function manyCounts(call: Call): Reply {
  demandLicensed(call.subject);
  const commits = JSON.parse(call.body.toString('utf8')) as string[];
  return json(Object.fromEntries(commits.map((commit) => [commit, countsOf(call.world, commit)])));
}

export const buildEndpoints: readonly Endpoint[] = [
  api('POST', buildsPath, add, { since: [7, 4] }),
  api('GET', buildsPath, find, { since: [7, 4] }),
  api('DELETE', buildsPath, remove, { since: [7, 4] }),
  buildStatus('GET', 'commits/stats/{commit}', (call) => json(countsOf(call.world, hash(call)))),
  buildStatus('POST', 'commits/stats', manyCounts),
  buildStatus('GET', 'commits/{commit}', (call) =>
    paged(call, (call.world.builds.get(hash(call)) ?? []).toReversed(), oldView, 100),
  ),
  buildStatus('POST', 'commits/{commit}', addOld),
];
