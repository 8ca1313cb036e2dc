import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import { type Capability, type CheckReport, type CheckResult, runChecks } from '../../contract.ts';
import { calledProject, ofProject, paths, type ProjectPlace } from '../address.ts';
import { type List, readPage } from '../paging.ts';
import type { Reader } from '../reader.ts';
import { type Chosen, choose, type Visible } from '../scope.ts';
import type { Secrets } from '../settings.ts';
import { listOrganizations, listProjects } from '../streams/account.ts';
import { executionList } from '../streams/window-reading.ts';
import { checkAccount, checkCredentials, checkEntered } from './connection.ts';
import { failed, failedBy, ok, skipped, untried, warning, words } from './words.ts';

type Steps = AsyncGenerator<CheckResult, void>;

/** Runs the checks in order, yields each as it ends, and leaves out what an earlier failure makes pointless. */
export function checkHarness(reader: Reader, secrets: Secrets): AsyncGenerator<CheckResult, CheckReport> {
  const report: CheckReport = { checks: [], capabilities: [...nothingTried], facts: {} };
  return runChecks(words, steps(reader, secrets, report), report);
}

async function* steps(reader: Reader, secrets: Secrets, report: CheckReport): Steps {
  if (!(yield* checkEntered(reader.settings, secrets))) return;
  if (!(yield* checkCredentials(reader))) return;
  yield* checkAccount(reader, secrets, report.facts);
  const visible = await visibleTo(reader);
  if ('error' in visible) {
    yield failedBy('projects', visible.error);
    return;
  }
  report.capabilities = report.capabilities.map((one) =>
    one.name === 'organizations' ? found(one, visible.listsOrganizations) : one,
  );
  const chosen = choose(visible, reader.settings);
  yield organizationCheck(reader, chosen);
  yield projectCheck(reader, chosen);
  const places = chosen.projects
    .slice(0, mostTried)
    .map(({ organization, identifier }) => ({ organization, project: identifier }));
  yield* readingSteps(reader, places, report);
  yield clockCheck(reader);
  yield skipped('token_expiry', 'Harness tells it only to those who administer keys.');
}

/** Each costs two questions. */
const mostTried = 5;

async function visibleTo({
  client,
}: Reader): Promise<(Visible & { listsOrganizations: boolean }) | { error: PlumblineError }> {
  const organizations = await attempt(listOrganizations(client));
  const projects = await attempt(listProjects(client));
  if ('error' in projects) return projects;
  // A key of one project may see its organization by its project alone.
  const listsOrganizations = !('error' in organizations);
  return {
    organizations: listsOrganizations ? organizations.value.rows : [],
    projects: projects.value.rows,
    listsOrganizations,
  };
}

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');
const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function organizationCheck({ settings }: Reader, chosen: Chosen): CheckResult {
  const { unmatched, organizations } = chosen;
  if (unmatched.organizations.length > 0) {
    return failed('organizations', {
      code: 'organization_not_found',
      message: `The key sees no organization called ${quoted(unmatched.organizations)}.`,
      remedy: 'Enter its identifier or its name letter by letter, as on its page; case matters.',
      suggestions: chosen.suggestions.filter(({ field }) => field === 'organizations'),
    });
  }
  if (settings.organizations.length === 0) {
    const seen = `${counted(organizations.size, 'organization')} can be seen.`;
    return skipped(
      'organizations',
      `None is named: ${settings.projects.length > 0 ? 'the projects say which.' : seen}`,
    );
  }
  return several('organizations', settings.organizations, chosen) ?? ok('organizations', 'Each is there.');
}

function projectCheck({ settings }: Reader, chosen: Chosen): CheckResult {
  const { unmatched, outside, projects } = chosen;
  if (unmatched.projects.length > 0) {
    return failed('projects', {
      code: 'project_not_found',
      message: `The key sees no project called ${quoted(unmatched.projects)}.`,
      remedy: 'Enter organization/project letter by letter, by identifiers or names; case matters.',
      suggestions: chosen.suggestions.filter(({ field }) => field === 'projects'),
    });
  }
  if (outside.length > 0) {
    return failed('projects', {
      code: 'project_outside_organizations',
      message: `${quoted(outside)} lies in an organization that is not named under Organization.`,
    });
  }
  if (projects.length === 0 && unmatched.organizations.length > 0)
    return untried('projects', 'No organization that is named is there.');
  if (projects.length === 0) {
    return failed('projects', {
      code: 'no_resources',
      message:
        settings.organizations.length === 0
          ? 'The key sees no project.'
          : 'The key sees no project in the organizations that are named.',
      remedy: 'Bind the role Account Viewer on All Resources Including Child Scopes to the owner of the key.',
    });
  }
  return (
    several('projects', settings.projects, chosen) ??
    ok('projects', `${counted(projects.length, 'project')} will be read.`)
  );
}

/** A name that several have is no error: each of them is read. */
function several(name: 'organizations' | 'projects', entered: readonly string[], { ambiguous }: Chosen) {
  const [first] = ambiguous.filter((one) => entered.includes(one.entered));
  if (first === undefined) return null;
  return warning(name, {
    message: `“${first.entered}” is the name of several, all of which are read: ${quoted(first.matches)}.`,
    remedy: 'Enter the identifier of the one that is meant.',
  });
}

async function* readingSteps(reader: Reader, places: readonly ProjectPlace[], report: CheckReport): Steps {
  if (places.length === 0) {
    yield untried('read_pipelines', 'There is no project to read from.');
    yield untried('read_executions', 'There is no project to read from.');
    return;
  }
  const pipelines = await tryEach(reader, places, pipelineProbe);
  yield readingCheck('read_pipelines', places, pipelines);
  const executions = await tryEach(reader, places, (place) =>
    executionList(place, { filterType: 'PipelineExecution' }),
  );
  yield readingCheck('read_executions', places, executions);
  const services = await tryEach(reader, places, definitionProbe(paths.services));
  const environments = await tryEach(reader, places, definitionProbe(paths.environments));
  report.capabilities = report.capabilities.map((one) => {
    const tried = { pipelines, executions, services, environments }[one.name];
    return tried === undefined ? one : found(one, tried.allowed > 0);
  });
}

const definitionProbe =
  (path: string) =>
  (place: ProjectPlace): List => ({ path, pages: 'page', subject: calledProject(place), params: ofProject(place) });

const pipelineProbe = (place: ProjectPlace): List => ({
  path: paths.pipelines,
  pages: 'page',
  subject: `pipelines of ${calledProject(place)}`,
  params: ofProject(place),
  body: { filterType: 'PipelineSetup' },
});

interface Tried {
  allowed: number;
  first: { place: ProjectPlace; error: PlumblineError } | null;
}

async function tryEach(
  { client }: Reader,
  places: readonly ProjectPlace[],
  listOf: (place: ProjectPlace) => List,
): Promise<Tried> {
  const tried: Tried = { allowed: 0, first: null };
  for (const place of places) {
    const asked = await attempt(readPage(client, { ...listOf(place), size: 1 }, 0));
    if ('error' in asked) tried.first ??= { place, error: asked.error };
    else tried.allowed += 1;
  }
  return tried;
}

/** A project that may not be read is told of, and hinders nobody from reading the others. */
function readingCheck(
  name: 'read_pipelines' | 'read_executions',
  places: readonly ProjectPlace[],
  { allowed, first }: Tried,
): CheckResult {
  if (first === null) return ok(name, `Tried in ${counted(places.length, 'project')}.`);
  const message = `Not in ${calledProject(first.place)}: ${first.error.message}`;
  const remedy = 'Bind a role with View on pipelines to the owner of the key, in each project.';
  return failedBy(name, first.error, { message, remedy, saveAllowed: allowed > 0 });
}

const mostSkewMs = 5 * 60_000;

function clockCheck({ client, now }: Reader): CheckResult {
  const theirs = client.serverTime();
  if (theirs === null) return untried('clock', 'Harness’s answers tell no time.');
  const skew = theirs.getTime() - now().getTime();
  if (Math.abs(skew) <= mostSkewMs) return ok('clock', 'They do.');
  const minutes = Math.round(Math.abs(skew) / 60_000);
  return warning('clock', {
    message: `This clock is ${minutes} minutes ${skew > 0 ? 'behind' : 'ahead of'} that of Harness.`,
    remedy: 'Let the machine take its time from a time server: what began lately is asked for by this clock.',
  });
}

const nothingTried: readonly Capability[] = (
  [
    [
      'organizations',
      'Organizations',
      ['organizations'],
      'Organizations are known by their projects alone.',
      'View on organizations',
    ],
    [
      'pipelines',
      'Pipelines',
      ['pipelines'],
      'Pipelines are known by what ran alone.',
      'View on pipelines in the project',
    ],
    [
      'executions',
      'Executions',
      ['executions', 'execution_history', 'stage_outcomes'],
      'Nothing is known of what ran.',
      'View on pipelines in the project',
    ],
    ['services', 'Services', ['services'], 'Services are known by deployments alone.', 'View on services'],
    [
      'environments',
      'Environments',
      ['environments'],
      'Environments are known by deployments alone.',
      'View on environments',
    ],
  ] as const
).map(([name, title, streams, lost, leastPermission]) => ({
  name,
  title,
  streams,
  lost,
  leastPermission,
  available: false,
  untried: true,
}));

function found(capability: Capability, available: boolean): Capability {
  const { untried: _, ...known } = capability;
  return { ...known, available };
}
