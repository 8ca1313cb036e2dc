import { PlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent } from '../../contract.ts';
import { readOrganizations } from '../capabilities.ts';
import { type Reader, readStream } from '../reader.ts';
import type { ProjectRecord } from '../records.ts';
import { readBranchDates } from './branch-dates.ts';
import { type Changes, readChanges } from './changes.ts';
import { readMetrics } from './metrics.ts';
import { listProjects, type ProjectListing, projectEvents } from './projects.ts';
import { readQualityGates } from './quality-gates.ts';

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
 * look. On an idle server one call each, whatever its size in issues.
 */
export async function* readDiscovery(reader: Reader): AsyncGenerator<SliceEvent> {
  if (reader.server.id !== null) yield { type: 'identity', serverId: reader.server.id };
  const organizations = await readOrganizations(reader.client, reader.server, reader.settings.organization);
  const [metrics, gates, listings, changes] = await Promise.all([
    readStream(reader, { stream: 'metrics', scope: '' }, () => readMetrics(reader)),
    readStream(reader, { stream: 'quality_gates', scope: '' }, () => readQualityGates(reader, organizations)),
    Promise.all(organizations.map((organization) => listProjects(reader, organization))),
    readChanges(reader, organizations, reader.request.cursors['changes']),
  ]);
  yield* metrics;
  yield* gates;
  const wanted = wantedProjects(reader, listings);
  yield* projectEvents(reader, listings, wanted);
  const partial = listings.some((listing) => !listing.seesAll);
  const dates = partial ? await readBranchDates(reader, wanted) : null;
  for (const project of wanted) yield sliceEvent(project, changes, dates?.newest.get(project.key));
  if (dates?.cursor != null) yield { type: 'cursor', name: 'branches', value: dates.cursor };
  if (changes.cursor !== null) yield { type: 'cursor', name: 'changes', value: changes.cursor };
}

function wantedProjects(reader: Reader, listings: readonly ProjectListing[]): ProjectRecord[] {
  const keys = new Set(reader.settings.projectKeys);
  const all = listings.flatMap((listing) => listing.records);
  return keys.size === 0 ? all : all.filter((project) => keys.has(project.key));
}

function sliceEvent(project: ProjectRecord, changes: Changes, newestOfBranches: string | undefined): SliceEvent {
  const main = project.lastAnalysisAt;
  const version = newestOfBranches !== undefined && newestOfBranches > (main ?? '') ? newestOfBranches : main;
  const touchedAt = changes.touchedAt.get(project.key) ?? (changes.overflowed ? changes.newest : null);
  return { type: 'slice', slice: sliceOf(project.key), version, touchedAt };
}
