import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { readCountingMode, readOrganizations } from '../capabilities.ts';
import { splitCompanions, type SplitListings } from '../companions/split.ts';
import { projectScope } from '../project-scope.ts';
import { type Reader, readStream, whole } from '../reader.ts';
import type { ProjectRecord, ServerRecord } from '../records.ts';
import { readBranchDates } from './branch-dates.ts';
import { type Changes, readChanges } from './changes.ts';
import { readMetrics } from './metrics.ts';
import { findLostProjects } from './lost-projects.ts';
import { pollScopes } from './polls.ts';
import { projectEvents } from './project-events.ts';
import { readProjectTags } from './project-tags.ts';
import { listProjects, type ProjectListing } from './projects.ts';
import { readQualityGates } from './quality-gates.ts';
import { releaseOf } from '../version.ts';

/** Slice name of a project. */
function sliceOf(project: string): string {
  return `project:${project}`;
}

/** Key of the project a slice is about. */
export function projectOf(slice: string): string {
  if (!slice.startsWith('project:') || slice.length === 'project:'.length) {
    throw new PlumblineError('invalid_request', { message: `“${slice}” is no slice of a SonarQube server.` });
  }
  return slice.slice('project:'.length);
}

/**
 * What there is to read: projects, the catalogues they share, and per project whether something happened since the last
 * look. On an idle server a page per 500 projects and a handful of calls, whatever its size in issues.
 */
export async function* readDiscovery(reader: Reader): AsyncGenerator<SliceEvent> {
  if (reader.server.id !== null) yield { type: 'identity', serverId: reader.server.id };
  const organizations = await readOrganizations(reader.client, reader.server, reader.settings.organization);
  const listed = Promise.all(organizations.map((organization) => listProjects(reader, organization))).then((listings) =>
    splitCompanions(reader, listings),
  );
  const keys = listed.then(({ listings, companionsOf }) =>
    wantedProjects(reader, listings).flatMap(({ key }) => [key, ...companionsOf(key)]),
  );
  // Its fault is that of the listing, taken up below.
  keys.catch(() => {});
  const tagsOf = ({ listings }: SplitListings): Promise<SliceEvent[]> =>
    readStream(reader, { stream: 'project_tags', scope: '' }, () =>
      readProjectTags(reader, { listings, wanted: wantedProjects(reader, listings) }),
    );
  const since = reader.request.cursors['changes'];
  const [server, metrics, gates, split, changes, tags] = await Promise.all([
    readStream(reader, { stream: 'server', scope: '' }, () => readServer(reader)),
    readStream(reader, { stream: 'metrics', scope: '' }, () => readMetrics(reader)),
    readStream(reader, { stream: 'quality_gates', scope: '' }, () => readQualityGates(reader, organizations)),
    listed,
    readChanges(reader, organizations, { since, projects: keys }),
    listed.then(tagsOf),
  ]);
  yield* server;
  yield* metrics;
  yield* gates;
  const { listings } = split;
  const wanted = wantedProjects(reader, listings);
  yield* projectEvents(reader, listings, { wanted, lost: await findLostProjects(reader, listings) });
  yield* tags;
  const partial = listings.some((listing) => !listing.seesAll);
  const dates = partial ? await readBranchDates(reader, wanted) : null;
  for (const project of wanted)
    yield sliceEvent(reader, project, { changes, split, branches: dates?.newest.get(project.key) });
  // The count is of the whole server.
  if (changes.total !== null && reader.settings.projectKeys.length === 0)
    yield { type: 'expected', records: changes.total };
  yield* pollScopes(reader, new Set(wanted.map((project) => sliceOf(project.key))));
  if (dates?.cursor != null) yield { type: 'cursor', name: 'branches', value: dates.cursor };
  if (changes.cursor !== null) yield { type: 'cursor', name: 'changes', value: changes.cursor };
}

async function readServer({ client, server }: Reader): Promise<SliceEvent[]> {
  const record: ServerRecord = { key: 'server', mode: await readCountingMode(client, server) };
  return whole({ stream: 'server', scope: '', method: 'api/v2/clean-code-policy/mode' }, [record], false);
}

function wantedProjects(reader: Reader, listings: readonly ProjectListing[]): ProjectRecord[] {
  const scope = projectScope(reader.settings.projectKeys);
  return listings.flatMap((listing) => listing.records).filter((project) => scope.includes(project.key));
}

/**
 * A new analysis, another main branch (its commit is another), an upgrade of the server and whatever becomes of a companion
 * make a slice due.
 */
function sliceEvent(
  { server }: Reader,
  project: ProjectRecord,
  seen: { changes: Changes; split: SplitListings; branches: string | undefined },
): SliceEvent {
  const main = project.lastAnalysisAt;
  const newest = seen.branches !== undefined && seen.branches > (main ?? '') ? seen.branches : main;
  const companions = seen.split.versionOf(project.key);
  const parts = [newest, project.revision, releaseOf(server.version), companions].filter((part) => part !== null);
  const read = [project.key, ...seen.split.companionsOf(project.key)];
  const touchedAt =
    read
      .flatMap((key) => seen.changes.touchedAt.get(key) ?? [])
      .sort()
      .at(-1) ?? null;
  const version = newest === null && companions === null ? null : parts.join(' ');
  return { type: 'slice', slice: sliceOf(project.key), version, touchedAt };
}
