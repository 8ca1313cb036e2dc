import { nearMatch } from '../../../domain/near-match.ts';
import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import { type Capability, type CheckReport, type CheckResult, runChecks, type Suggestion } from '../../contract.ts';
import { called, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { readAll } from '../paging.ts';
import { Page, Project, PullRequest, Repository, User } from '../schema.ts';
import type { Settings } from '../settings.ts';
import { checkCodeInsights, checkServer } from './server.ts';
import { failedBy, ok, skipped, untried, warning, words } from './words.ts';

type Step = AsyncGenerator<CheckResult, void>;

/** Runs the checks in order, yields each as it ends, and leaves out what an earlier failure makes pointless. */
export function checkBitbucket(client: BitbucketClient, settings: Settings): AsyncGenerator<CheckResult, CheckReport> {
  const report: CheckReport = { checks: [], capabilities: capabilitiesOf({}), facts: {} };
  return runChecks(words, steps(client, settings, report), report);
}

async function* steps(client: BitbucketClient, settings: Settings, report: CheckReport): Step {
  if (!(yield* checkServer(client, settings.url, report.facts))) return;
  const insights = await checkCodeInsights(client);
  yield insights;
  const call = { subject: 'repositories', params: { limit: 1 } };
  const recent = await attempt(client.get(Page(Repository), 'rest/api/1.0/profile/recent/repos', call));
  if ('error' in recent) {
    const unlicensed = recent.error.code === 'bitbucket_user_unlicensed';
    if (unlicensed) yield ok('token_accepted', 'It is accepted.');
    yield failedBy(unlicensed ? 'user_licensed' : 'token_accepted', recent.error);
    return;
  }
  report.facts['user'] = client.user();
  yield ok('token_accepted', `It is ${client.user()}’s.`);
  const users = await attempt(client.get(Page(User), 'rest/api/1.0/users', { ...call, subject: 'users' }));
  yield 'error' in users ? failedBy('user_licensed', users.error) : ok('user_licensed', 'The user has one.');
  if ('error' in users) return;
  yield* readingSteps(client, settings, { report, insights });
}

async function* readingSteps(
  client: BitbucketClient,
  { projects }: Settings,
  { report, insights }: { report: CheckReport; insights: CheckResult },
): Step {
  yield await checkProjects(client, projects);
  const [project] = projects;
  const path = project === undefined ? 'repos' : `projects/${encodeURIComponent(project)}/repos`;
  const listed = await attempt(
    client.get(Page(Repository), `rest/api/1.0/${path}`, { subject: 'repositories', params: { limit: 1 } }),
  );
  if ('error' in listed) {
    yield failedBy('list_repositories', listed.error);
    return;
  }
  const [repository] = listed.value.values;
  report.capabilities = capabilitiesOf({ repositories: true });
  if (repository === undefined) {
    yield warning('list_repositories', {
      code: 'no_resources',
      message: 'The token sees no repository.',
      remedy: 'Give the token’s user the permission Read on the projects or repositories.',
    });
    yield untried('read_pull_requests', 'There is no repository to read from.');
    return;
  }
  yield ok('list_repositories', 'They can be listed.');
  yield* pullRequestStep(client, repository, { report, insights });
}

async function* pullRequestStep(
  client: BitbucketClient,
  { project, slug }: Repository,
  { report, insights }: { report: CheckReport; insights: CheckResult },
): Step {
  const place = { project: project.key, repository: slug };
  const read = await attempt(
    client.get(Page(PullRequest), `${repositoryPath(place)}/pull-requests`, {
      subject: `pull requests of ${called(place)}`,
      params: { state: 'ALL', limit: 1 },
    }),
  );
  const pullRequests = !('error' in read);
  const reports = insights.outcome === 'skipped' ? {} : { reports: pullRequests && insights.outcome === 'ok' };
  report.capabilities = capabilitiesOf({ repositories: true, pullRequests, ...reports });
  yield 'error' in read
    ? failedBy('read_pull_requests', read.error)
    : ok('read_pull_requests', `Those of ${called(place)} can be read.`);
}

/** Names of people count where a key is meant; the server takes keys in any case. */
async function checkProjects(client: BitbucketClient, keys: readonly string[]): Promise<CheckResult> {
  if (keys.length === 0) return skipped('named_projects', 'None is named: all that the token sees are read.');
  const failures: { key: string; error: PlumblineError }[] = [];
  for (const key of keys) {
    const path = `rest/api/1.0/projects/${encodeURIComponent(key)}`;
    const found = await attempt(client.get(Project, path, { subject: `project ${key}` }));
    if ('error' in found) failures.push({ key, error: found.error });
  }
  const [first] = failures;
  if (first === undefined) return ok('named_projects', keys.length === 1 ? 'It can be read.' : 'Each can be read.');
  const suggestions = await nearProjects(
    client,
    failures.map(({ key }) => key),
  );
  return failedBy('named_projects', first.error, { saveAllowed: failures.length < keys.length, suggestions });
}

async function nearProjects(client: BitbucketClient, entered: readonly string[]): Promise<Suggestion[]> {
  const listed = await attempt(readAll(client, Project, 'rest/api/1.0/projects', { subject: 'projects' }));
  if ('error' in listed) return [];
  const keys = listed.value.items.map(({ key }) => key);
  const byName = new Map(listed.value.items.map(({ name, key }) => [name?.toLowerCase(), key]));
  return entered.flatMap((one) => {
    const instead = byName.get(one.toLowerCase()) ?? nearMatch(one, keys);
    return instead === null ? [] : [{ field: 'projects', entered: one, instead }];
  });
}

interface Found {
  repositories?: boolean;
  pullRequests?: boolean;
  reports?: boolean;
}

function capabilitiesOf({ repositories, pullRequests, reports }: Found): Capability[] {
  const read = 'Read on the repository';
  return [
    capability('repositories', 'Repositories', repositories, {
      lost: 'Nothing can be read.',
      leastPermission: read,
    }),
    capability('pull_requests', 'Pull requests', pullRequests, {
      lost: 'Nothing is known of pull requests, and none is reported on.',
      leastPermission: read,
    }),
    capability('reports', 'Reports on pull requests', reports, {
      lost: 'Quality gates are not shown in Bitbucket.',
      leastPermission: `${read}, and the Code Insights app switched on`,
    }),
  ];
}

function capability(
  name: string,
  title: string,
  found: boolean | undefined,
  more: Pick<Capability, 'lost' | 'leastPermission'>,
): Capability {
  return found === undefined
    ? { name, title, available: false, untried: true, ...more }
    : { name, title, available: found, ...more };
}
