import { z } from 'zod';
import type { Json, SliceEvent } from '../../contract.ts';
import { calledLevel, calledProject, type Level, ofLevel, ofProject, paths, type ProjectPlace } from '../address.ts';
import { projectLink } from '../execution/execution.ts';
import { type EnvironmentRecord, longest, type PipelineRecord, type ServiceRecord } from '../records.ts';
import { complete, type Reader, takesStreamAway, unavailable } from '../reader.ts';
import { Environment, Pipeline, Service } from '../schema.ts';
import { namesOf, textOrNull } from '../text.ts';
import { described } from './account.ts';
import { listedEvents, type ListedStream, readList } from './lists.ts';

/** Executions bring their own names: what is defined is looked at again after so long. */
const everyMs = 3_600_000;

const Bookmark = z.object({ readAt: z.iso.datetime() });

/** Pipelines, services and environments of a project. One that may not be read takes the others nothing away. */
export async function* readDefinitions(reader: Reader, place: ProjectPlace): AsyncGenerator<SliceEvent> {
  yield* readOne(reader, pipelineList(reader, place));
  yield* readOne(reader, serviceList(place));
  yield* readOne(reader, environmentList(place));
}

/**
 * Services and environments that projects share. A key that may not look above its project lacks nothing that it was given:
 * that nobody knows what there is keeps no run from being complete, and nothing from being stored as it was.
 */
export async function* readShared(reader: Reader, level: Level): AsyncGenerator<SliceEvent> {
  for (const spec of [serviceList(level), environmentList(level)]) {
    for await (const event of readOne<never, object>(reader, spec as ListedStream<never, object>)) {
      if (event.type !== 'unavailable' || event.code !== 'invalid_permissions') yield event;
      else
        yield complete({ stream: event.stream, scope: '', sourceCount: null, method: spec.method, proof: 'unproven' });
    }
  }
}

async function* readOne<Raw, Row extends object>(
  reader: Reader,
  spec: ListedStream<Raw, Row>,
): AsyncGenerator<SliceEvent> {
  const { stream } = spec;
  if (reader.request.resume[`${stream} `] === 'complete' || !(await isDue(reader, stream))) return;
  try {
    const readAt = reader.now().toISOString();
    const listed = await readList(reader.client, spec);
    const bookmark: { bookmark?: Json } = listed.end.proof === 'unproven' ? {} : { bookmark: { readAt } };
    yield* listedEvents(spec, { ...listed, end: { ...listed.end, ...bookmark } });
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    reader.log.warn({ stream, code: error.code, ...error.data }, 'stream unavailable');
    yield unavailable(stream, '', error);
  }
}

async function isDue({ request, now }: Reader, stream: string): Promise<boolean> {
  if (request.unread?.places.some((one) => one.stream === stream) === true) return true;
  const kept = Bookmark.safeParse((await request.stored?.bookmark(stream, ''))?.value);
  return !kept.success || now().getTime() - Date.parse(kept.data.readAt) >= everyMs;
}

function pipelineList({ settings }: Reader, place: ProjectPlace): ListedStream<Pipeline, PipelineRecord> {
  const project = projectLink({ ...settings, ...place });
  return {
    stream: 'pipelines',
    method: 'pipelines list',
    list: {
      path: paths.pipelines,
      pages: 'page',
      subject: `pipelines of ${calledProject(place)}`,
      params: ofProject(place),
      body: { filterType: 'PipelineSetup' },
    },
    shape: Pipeline,
    record: (raw) => ({
      ...place,
      ...described(raw, raw.createdAt, raw.lastUpdatedAt),
      modules: namesOf(raw.modules, longest.types),
      stages: Number.isSafeInteger(raw.numOfStages) ? raw.numOfStages! : null,
      storeType: textOrNull(raw.storeType),
      repository: textOrNull(raw.gitDetails?.repoName),
      link: textOrNull(`${project}/pipelines/${encodeURIComponent(raw.identifier)}/pipeline-studio`),
    }),
    key: ({ identifier }) => identifier,
  };
}

function serviceList(level: Level): ListedStream<z.infer<typeof Service>, ServiceRecord> {
  return {
    stream: 'services',
    method: 'services list',
    list: { path: paths.services, pages: 'page', subject: `services of ${calledLevel(level)}`, params: ofLevel(level) },
    shape: Service,
    record: ({ service, createdAt, lastModifiedAt }) =>
      isOf(level, service) ? { ...level, ...described(service, createdAt, lastModifiedAt) } : null,
    key: ({ identifier }) => identifier,
  };
}

function environmentList(level: Level): ListedStream<z.infer<typeof Environment>, EnvironmentRecord> {
  return {
    stream: 'environments',
    method: 'environments list',
    list: {
      path: paths.environments,
      pages: 'page',
      subject: `environments of ${calledLevel(level)}`,
      params: ofLevel(level),
    },
    shape: Environment,
    record: ({ environment, createdAt, lastModifiedAt }) =>
      isOf(level, environment)
        ? { ...level, ...described(environment, createdAt, lastModifiedAt), type: textOrNull(environment.type) }
        : null,
    key: ({ identifier }) => identifier,
  };
}

/** A server may list what a level inherits, or holds below it, too: that has a place of its own. */
function isOf(
  { organization, project }: Level,
  {
    orgIdentifier,
    projectIdentifier,
    deleted,
  }: z.infer<typeof Service>['service'] | z.infer<typeof Environment>['environment'],
): boolean {
  if (deleted === true) return false;
  // Older servers do not say it.
  if (orgIdentifier == null && projectIdentifier == null) return true;
  return (orgIdentifier ?? null) === organization && (projectIdentifier ?? null) === project;
}
