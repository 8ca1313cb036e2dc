import { ask, lines, type Sample, startSample } from './testing.ts';
import type { Told } from '../wire/told.ts';
import type { BitbucketSimulatorOptions } from './index.ts';

/** One call of the round and its answer. */
export interface Spoken {
  method: string;
  /** With `rest/`, without the query. */
  path: string;
  told: Told;
}

const place = 'projects/PAY/repos/ledger';
const repository = `api/latest/${place}`;

/** Calls every route once with what it takes, in an order in which each finds what it needs. */
export async function wholeRound(
  options: BitbucketSimulatorOptions = {},
): Promise<{ sample: Sample; spoken: Spoken[] }> {
  const sample = await startSample(options);
  const { state } = sample.bitbucket;
  const changed = { 'src/a.ts': lines(20, { 5: 'five' }), 'src/new.ts': 'new\n', 'bin.dat': Buffer.from([0, 1]) };
  const head = await state.push(sample.repository, { branch: 'feature', from: 'main', files: changed, moves: {} });
  await state.push(sample.repository, { branch: 'second', from: 'main', files: { 'x.txt': 'x\n' } });
  await sample.repository.git.text(['tag', 'v1', sample.first]);
  await sample.repository.git.refresh();
  await state.addRepository({ project: sample.project, name: 'doomed' });
  Object.assign(sample.bitbucket.world.users[0] ?? {}, { admin: true });
  state.defaultReviewer(sample.repository, 'bot');
  const spoken: Spoken[] = [];
  const call = async (method: string, path: string, body?: unknown, who: Who = 'ada'): Promise<Told> => {
    const credential =
      who === 'password' ? { headers: { Authorization: `Basic ${btoa('ada:ada-pw')}` } } : { token: sample[who] };
    const told = await ask(sample.bitbucket, path, { method, body, ...credential });
    spoken.push({ method, path: `rest/${path.replace(/\?.*$/, '')}`, told });
    return told;
  };
  await people(call);
  await places(call);
  await contents(call, head);
  await pulls(call, sample);
  await checks(call, head);
  await hooks(call);
  await call('POST', `${repository}/pull-requests/1/merge?version=4`);
  await call('DELETE', 'api/latest/projects/PAY/repos/doomed');
  await state.settled();
  return { sample, spoken };
}

type Who = 'ada' | 'bot' | 'password';
type Calling = (method: string, path: string, body?: unknown, who?: Who) => Promise<Told>;

async function people(call: Calling): Promise<void> {
  for (const path of [
    'api/latest/application-properties',
    'api/latest/build/capabilities',
    'api/latest/users',
    'api/latest/users/bot',
    'api/latest/profile/recent/repos',
  ])
    await call('GET', path);
  const tokens = 'access-tokens/latest/users/ada';
  const made = await call('PUT', tokens, { name: 'hub', permissions: ['REPO_READ'], expiryDays: 3 }, 'password');
  await call('GET', tokens);
  await call('GET', `${tokens}/${made.body.id}`);
  await call('POST', `${tokens}/${made.body.id}`, { name: 'other' }, 'password');
  await call('DELETE', `${tokens}/${made.body.id}`);
}

async function places(call: Calling): Promise<void> {
  await call('POST', 'api/latest/projects', { key: 'NEW', name: 'New' });
  for (const path of [
    'projects',
    'projects/PAY',
    'projects/PAY/repos',
    'projects/NOPE',
    'repos',
    place,
    'projects/PAY/repos/nope',
  ])
    await call('GET', `api/latest/${path}`);
  await call('POST', 'api/latest/projects/PAY/repos', { name: 'Made', scmId: 'git' });
  await call('PUT', repository, { description: 'The ledger' });
  await call('POST', repository, {}, 'password');
  await call('GET', `${repository}/forks`);
  await call('GET', `${repository}/settings/pull-requests`);
  await call('POST', `${repository}/settings/pull-requests`, { requiredApprovers: 0 });
  await call('GET', 'api/latest/projects/PAY/settings/pull-requests/git');
}

async function contents(call: Calling, head: string): Promise<void> {
  for (const path of [
    'branches',
    'branches/default',
    'default-branch',
    'tags',
    'commits',
    `commits/${head}`,
    `commits/${'e'.repeat(40)}`,
  ])
    await call('GET', `${repository}/${path}`);
  for (const path of ['changes', 'diff/src/a.ts', 'pull-requests'])
    await call('GET', `${repository}/commits/${head}/${path}`);
  await call('GET', `${repository}/commits/${head}/merge-base?otherCommitId=main`);
  for (const path of ['commits', 'changes', 'diff/src/a.ts'])
    await call('GET', `${repository}/compare/${path}?from=feature&to=main`);
  for (const path of ['browse', 'browse/src/a.ts', 'files', 'files/src', 'raw/src/a.ts'])
    await call('GET', `${repository}/${path}?at=feature`);
  await call('POST', `${repository}/branches`, { name: 'third', startPoint: 'main' });
  await call('PUT', `${repository}/default-branch`, { id: 'refs/heads/main' });
  await call('PUT', `${repository}/branches/default`, { id: 'refs/heads/main' });
  const utilities = `branch-utils/latest/${place}/branches`;
  await call('POST', utilities, { name: 'fourth', startPoint: 'main' });
  await call('GET', `${utilities}/info/${head}`);
  await call('DELETE', utilities, { name: 'fourth' });
}

async function pulls(call: Calling, { repository: { id } }: Sample): Promise<void> {
  const ref = (name: string) => ({ id: `refs/heads/${name}`, repository: { slug: 'ledger', project: { key: 'PAY' } } });
  const body = (from: string) => ({
    title: from,
    fromRef: ref(from),
    toRef: ref('main'),
    reviewers: [{ user: { name: 'bot' } }],
  });
  const all = `${repository}/pull-requests`;
  await call('POST', all, body('feature'));
  await call('POST', all, body('second'));
  await call('GET', all);
  const one = `${all}/1`;
  for (const path of [
    '',
    '.diff',
    '/changes',
    '/commits',
    '/diff/',
    '/merge-base',
    '/merge',
    '/participants',
    '/activities',
  ])
    await call('GET', `${one}${path}`);
  await call('PUT', one, { version: 0, title: 'Feature' });
  for (const kind of ['comments', 'blocker-comments']) {
    const { body: made } = await call('POST', `${one}/${kind}`, { text: 'hi' });
    await call('GET', `${one}/${kind}/${made.id}`);
    await call('GET', `${one}/${kind}?path=src/a.ts`);
    await call('PUT', `${one}/${kind}/${made.id}`, { text: 'ho', version: 0 });
    await call('GET', `${one}/activities`);
    await call('DELETE', `${one}/${kind}/${made.id}?version=1`);
  }
  await call('POST', `${one}/participants`, { user: { name: 'bot' }, role: 'REVIEWER' });
  await call('PUT', `${one}/participants/bot`, { status: 'NEEDS_WORK' }, 'bot');
  await call('POST', `${one}/approve`, undefined, 'bot');
  await call('DELETE', `${one}/approve`, undefined, 'bot');
  await call('DELETE', `${one}/participants/bot`);
  await call('DELETE', `${one}/participants?username=bot`);
  await call('POST', `${all}/2/decline?version=0`);
  await call('POST', `${all}/2/reopen?version=1`);
  await call('DELETE', `${all}/2`, { version: 2 });
  await call('POST', `${one}/decline?version=1`);
  await call('GET', `${one}/merge`);
  await call('POST', `${one}/reopen?version=2`);
  await call('PUT', one, { version: 3, description: 'More' });
  const query = `sourceRefId=a&targetRefId=b&sourceRepoId=${id}&targetRepoId=${id}`;
  await call('GET', `default-reviewers/latest/${place}/reviewers?${query}`);
  await call('GET', `jira/latest/${place}/pull-requests/1/issues`);
}

async function checks(call: Calling, head: string): Promise<void> {
  const commit = `insights/latest/${place}/commits/${head}`;
  const report = `${commit}/reports/com.sonarsource.sonarqube`;
  const data = [{ title: 'New', type: 'NUMBER', value: 3 }];
  await call('PUT', report, { title: 'SonarQube', result: 'FAIL', details: 'd', link: 'https://example.com', data });
  await call('PUT', report, { title: 'SonarQube', result: 'MAYBE', data });
  await call('GET', report);
  await call('GET', `${commit}/reports`);
  const annotation = { message: 'm', severity: 'HIGH', type: 'BUG', path: 'src/a.ts', line: 5, externalId: 'x' };
  await call('POST', `${report}/annotations`, { annotations: [annotation] });
  await call('PUT', `${report}/annotations/x`, annotation);
  await call('GET', `${report}/annotations`);
  await call('GET', `${commit}/annotations`);
  await call('DELETE', `${report}/annotations`);
  await call('DELETE', report);
  const build = { key: 'k', state: 'SUCCESSFUL', url: 'https://example.com', name: 'n', parent: 'p' };
  await call('POST', `${repository}/commits/${head}/builds`, build);
  await call('GET', `${repository}/commits/${head}/builds?key=k`);
  await call('POST', `build-status/latest/commits/${head}`, build);
  await call('GET', `build-status/latest/commits/${head}`);
  await call('GET', `build-status/latest/commits/stats/${head}`);
  await call('POST', 'build-status/latest/commits/stats', [head]);
  await call('DELETE', `${repository}/commits/${head}/builds?key=k`);
  const conditions = `required-builds/latest/${place}`;
  const condition = { buildParentKeys: ['p'], refMatcher: { id: 'ANY_REF', type: { id: 'ANY_REF' } } };
  const { body: made } = await call('POST', `${conditions}/condition`, condition);
  await call('PUT', `${conditions}/condition/${made.id}`, condition);
  await call('GET', `${conditions}/conditions`);
  await call('DELETE', `${conditions}/condition/${made.id}`);
}

async function hooks(call: Calling): Promise<void> {
  const body = { name: 'hub', url: 'http://127.0.0.1:1/h', events: ['pr:opened'], configuration: { secret: 's' } };
  for (const owner of [repository, 'api/latest/projects/PAY']) {
    const { body: made } = await call('POST', `${owner}/webhooks`, body);
    await call('GET', `${owner}/webhooks`);
    await call('GET', `${owner}/webhooks/${made.id}`);
    await call('PUT', `${owner}/webhooks/${made.id}`, body);
    await call('POST', `${owner}/webhooks/test?url=http://127.0.0.1:1/h`);
    await call('DELETE', `${owner}/webhooks/${made.id}`);
  }
}
