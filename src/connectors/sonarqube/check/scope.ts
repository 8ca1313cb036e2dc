import { attempt, isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckResult, Suggestion } from '../../contract.ts';
import { readOrganizations } from '../capabilities.ts';
import { projectScope } from '../project-scope.ts';
import { isClosed, type Reader } from '../reader.ts';
import { ComponentShow, MeasuresComponent, Organizations, ProjectsSearch } from '../schema.ts';
import { withoutCompanions } from '../companions/mark.ts';
import { listProjects, type ProjectListing } from '../streams/projects.ts';
import { nearMatch } from '../../../domain/near-match.ts';
import { failed, failedBy, ok, skipped, warning } from './result.ts';

/** Null organizations when reading them failed. */
export async function checkOrganization(
  reader: Reader,
): Promise<{ check: CheckResult; organizations: readonly (string | null)[] | null }> {
  const { client, server, settings } = reader;
  if (!server.isCloud) {
    if (settings.organization.length === 0)
      return { check: skipped('organization', 'Only SonarQube Cloud has organizations.'), organizations: [null] };
    const message = 'The organization is ignored: only SonarQube Cloud has organizations.';
    return { check: warning('organization', { message, remedy: 'Leave the field empty.' }), organizations: [null] };
  }
  const read = await attempt(readOrganizations(client, server, settings.organization));
  if ('error' in read) return { check: failedBy('organization', read.error), organizations: null };
  const missing = await missingOrganizations(reader);
  if (missing.length > 0) {
    const message = `The organization “${missing.join('”, “')}” does not exist, or the token cannot see it.`;
    const suggestions = await nearOrganizations(reader, missing);
    return {
      check: failed('organization', { code: 'organization_not_found', message, suggestions }),
      organizations: null,
    };
  }
  return { check: ok('organization', `Organizations: ${read.value.join(', ')}.`), organizations: read.value };
}

/** What the token's user is a member of is what was most likely meant. */
async function nearOrganizations({ client, server }: Reader, missing: readonly string[]): Promise<Suggestion[]> {
  const own = await attempt(readOrganizations(client, server, []));
  if ('error' in own) return [];
  const keys = own.value.filter((key) => key !== null);
  return missing.flatMap((entered) => {
    const instead = nearMatch(entered, keys);
    return instead === null ? [] : [{ field: 'organization', entered, instead }];
  });
}

async function missingOrganizations({ client, settings }: Reader): Promise<string[]> {
  if (settings.organization.length === 0) return [];
  const params = { organizations: settings.organization.join(','), ps: 500 };
  const read = await attempt(client.get(Organizations, 'api/organizations/search', params));
  if ('error' in read) return read.error.code === 'organization_not_found' ? [...settings.organization] : [];
  const found = new Set(read.value.organizations.map((organization) => organization.key));
  return settings.organization.filter((key) => !found.has(key));
}

export interface Projects {
  checks: CheckResult[];
  /** Keys of the projects the streams' probes may be tried with, most promising first. */
  samples: string[];
  /** Those that the settings ask for. */
  wanted: { key: string; organization: string | null }[];
  total: number;
  listable: boolean;
}

/** Lists projects, looks for the named ones, and picks samples. */
export async function checkProjects(reader: Reader, organizations: readonly (string | null)[]): Promise<Projects> {
  const listings: ProjectListing[] = [];
  for (const organization of organizations) {
    const read = await attempt(ownProjects(reader, organization));
    if ('error' in read) return unlistable(read.error);
    listings.push(read.value);
  }
  const projects = listings.flatMap((listing) => listing.records);
  const listed = listable(listings, projects.length);
  const byRecency = projects
    .filter((project) => project.lastAnalysisAt !== null || listings.some((listing) => listing.total === null))
    .sort((a, b) => ((a.lastAnalysisAt ?? '') < (b.lastAnalysisAt ?? '') ? 1 : -1));
  const keys = projects.map((project) => project.key);
  const named = await checkNamed(reader, keys);
  const samples = reader.settings.projectKeys.length > 0 ? named.readable : byRecency.map((project) => project.key);
  return {
    checks: [listed, named.check],
    samples: samples.slice(0, 5),
    wanted: wantedProjects(reader, listings, named.readable),
    total: keys.length,
    listable: listed.outcome !== 'failed',
  };
}

async function ownProjects(reader: Reader, organization: string | null): Promise<ProjectListing> {
  const listing = await listProjects(reader, organization);
  const records = await withoutCompanions(reader, organization, { items: listing.records, keyOf: ({ key }) => key });
  return { ...listing, records };
}

/** Named ones may exist without being in a list that stops at a window. */
function wantedProjects(
  { settings, server }: Reader,
  listings: readonly ProjectListing[],
  named: readonly string[],
): Projects['wanted'] {
  const scope = projectScope(settings.projectKeys);
  const listed = listings.flatMap((listing) => listing.records).filter(({ key }) => scope.includes(key));
  const keys = new Set(listed.map(({ key }) => key));
  const only = settings.organization.length === 1 ? (settings.organization[0] ?? null) : null;
  const others = named
    .filter((key) => !keys.has(key))
    .map((key) => ({ key, organization: server.isCloud ? only : null }));
  return [...listed.map(({ key, organization }) => ({ key, organization })), ...others];
}

function unlistable(error: PlumblineError): Projects {
  return { checks: [failedBy('list_projects', error)], samples: [], wanted: [], total: 0, listable: false };
}

function listable(listings: readonly ProjectListing[], count: number): CheckResult {
  if (count > 0)
    return ok('list_projects', `${count} ${count === 1 ? 'project' : 'projects'}, by ${listings[0]?.method}.`);
  if (listings.every((listing) => listing.seesAll)) {
    return warning('list_projects', {
      code: 'no_resources',
      message: 'The server has no project yet.',
      remedy: 'Analyse a project; the next sync finds it.',
    });
  }
  const message = 'The token sees no project.';
  return failed('list_projects', { code: 'no_resources', message });
}

interface Named {
  check: CheckResult;
  readable: string[];
}

async function checkNamed(reader: Reader, listed: readonly string[]): Promise<Named> {
  const wanted = reader.settings.projectKeys;
  if (wanted.length === 0)
    return { check: skipped('named_projects', 'No project is named: all are read.'), readable: [] };
  const scope = projectScope(wanted);
  const missing: string[] = [];
  const forbidden: PlumblineError[] = [];
  for (const key of scope.unmatched(listed)) {
    if (!scope.exact.includes(key)) {
      missing.push(key);
      continue;
    }
    const error = await askFor(reader, key);
    if (isPlumblineError(error, 'invalid_permissions')) forbidden.push(error);
    else if (error !== null) missing.push(key);
  }
  const matching = listed.filter(scope.includes);
  const readable = [...new Set([...matching, ...scope.exact.filter((key) => !missing.includes(key))])];
  if (missing.length > 0) {
    const nears = missing.map((key) => ({ key, near: scope.exact.includes(key) ? nearMatch(key, listed) : null }));
    const problem = {
      code: 'project_not_found' as const,
      message: nears.map(({ key, near }) => missingSentence(key, near)).join(' '),
      suggestions: nears.flatMap(({ key, near }) =>
        near === null ? [] : [{ field: 'projectKeys', entered: key, instead: near }],
      ),
    };
    return { check: failed('named_projects', problem, { saveAllowed: true }), readable };
  }
  const first = forbidden[0];
  if (first !== undefined) return { check: failedBy('named_projects', first), readable };
  const isNamed = scope.exact.length === wanted.length;
  const message = isNamed ? `All ${wanted.length} exist.` : `${matching.length} of ${listed.length} projects match.`;
  return { check: ok('named_projects', message), readable };
}

function missingSentence(key: string, near: string | null): string {
  const hint = near === null ? '' : ` Did you mean “${near}”?`;
  if (key.includes('*')) return `No project that this token sees matches “${key}”.`;
  return `There is no project “${key}” for this token.${hint}`;
}

/** Null when the project is there: it may exist without being in a list that stops at a window. */
async function askFor({ client }: Reader, key: string): Promise<PlumblineError | null> {
  const shown = await attempt(client.get(ComponentShow, 'api/components/show', { component: key }));
  if ('value' in shown || !isClosed(shown.error)) return 'error' in shown ? shown.error : null;
  const measured = await attempt(
    client.get(MeasuresComponent, 'api/measures/component', { component: key, metricKeys: 'ncloc' }),
  );
  return 'error' in measured ? measured.error : null;
}

/**
 * How many projects the token may browse: a system administrator's list names others, too. Null where nobody says: an
 * analysis token is told how many its owner sees.
 */
export async function countReadable(
  { client }: Reader,
  organizations: readonly (string | null)[],
): Promise<number | null> {
  let count = 0;
  for (const organization of organizations) {
    const params = { f: '_all', organization: organization ?? undefined, ps: 1 };
    const read = await attempt(client.get(ProjectsSearch, 'api/components/search_projects', params));
    if ('error' in read) return null;
    count += read.value.paging.total;
  }
  return count;
}
