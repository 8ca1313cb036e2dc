import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import type { CodePlace, SliceEvent } from '../../contract.ts';
import type { BitbucketClient } from '../client.ts';
import { readPages } from '../paging.ts';
import type { RepositoryRecord } from '../records.ts';
import { Repository } from '../schema.ts';
import type { Settings } from '../settings.ts';

export interface Reader {
  client: BitbucketClient;
  settings: Pick<Settings, 'projects'>;
  now(): Date;
}

const prefix = 'repository:';

/** Slice of a repository, by the names in its address: the server finds it under earlier ones, too. */
export const sliceOf = ({ project, repository }: CodePlace): string => `${prefix}${project}/${repository}`;

/** The repository that a slice is about. */
export function placeOf(slice: string): CodePlace {
  const [project = '', repository = '', ...rest] = slice.slice(prefix.length).split('/');
  if (!slice.startsWith(prefix) || project === '' || repository === '' || rest.length > 0) {
    const message = `“${slice.slice(0, 300)}” is no slice of Bitbucket Server.`;
    throw new PlumblineError('invalid_request', { message });
  }
  return { project, repository };
}

const method = 'repositories';

/**
 * All repositories that the settings ask for, each with a slice. No list says which of them have pull requests that
 * changed, so the version of each moves every time: its own reading costs one request where nothing did, two where it has many.
 */
export async function* readDiscovery({ client, settings, now }: Reader): AsyncGenerator<SliceEvent> {
  const version = now().toISOString();
  const seen = new Set<number>();
  const unmatched: string[] = [];
  let cutOff: string | null = null;
  for (const { path, project } of listsOf(settings.projects)) {
    try {
      const pages = readPages(client, Repository, path, {
        subject: project === null ? method : `repositories of ${project}`,
      });
      for await (const page of pages) {
        const found = page.items.filter(({ id }) => !seen.has(id));
        for (const {
          id,
          slug,
          project: { key },
        } of found) {
          seen.add(id);
          yield { type: 'slice', slice: sliceOf({ project: key, repository: slug }), version, touchedAt: null };
        }
        yield { type: 'records', stream: 'code_repositories', scope: '', records: found.map(repositoryRecord) };
        cutOff ??= page.cutOff;
      }
    } catch (error) {
      if (project === null || !isPlumblineError(error, 'bitbucket_project_not_found')) throw error;
      unmatched.push(project);
    }
  }
  yield {
    type: 'complete',
    stream: 'code_repositories',
    scope: '',
    sourceCount: cutOff === null ? seen.size : null,
    method,
    sourceMoved: false,
    ...wholeness(cutOff, seen.size),
    ...(unmatched.length === 0 ? {} : { unmatched: { code: 'bitbucket_project_not_found', names: unmatched } }),
  };
}

/** Each repository that the settings ask for, once; a named project that is not there has none. */
export async function* readRepositories(
  client: BitbucketClient,
  { projects }: Pick<Settings, 'projects'>,
): AsyncGenerator<Repository> {
  const seen = new Set<number>();
  for (const { path, project } of listsOf(projects)) {
    try {
      for await (const { items } of readPages(client, Repository, path, { subject: method })) {
        yield* items.filter(({ id }) => !seen.has(id));
        for (const { id } of items) seen.add(id);
      }
    } catch (error) {
      if (project === null || !isPlumblineError(error, 'bitbucket_project_not_found')) throw error;
    }
  }
}

function listsOf(projects: readonly string[]): { path: string; project: string | null }[] {
  if (projects.length === 0) return [{ path: 'rest/api/1.0/repos', project: null }];
  return projects.map((project) => ({ path: `rest/api/1.0/projects/${encodeURIComponent(project)}/repos`, project }));
}

/**
 * What the listing proves. A token that sees no repository at all has more likely lost its permission than seen each of
 * them deleted.
 */
function wholeness(
  cutOff: string | null,
  count: number,
): Pick<Extract<SliceEvent, { type: 'complete' }>, 'proof' | 'absenceTrusted' | 'doubt'> {
  if (cutOff === null) return { proof: 'key_set', absenceTrusted: count > 0 };
  return { proof: 'unproven', absenceTrusted: false, doubt: `the list was not read to its end, ${cutOff}` };
}

export function repositoryRecord(repository: Repository): RepositoryRecord {
  const { id, slug, name, project, archived, origin, links } = repository;
  return {
    id: String(id),
    project: project.key,
    projectName: project.name ?? null,
    slug,
    name: name ?? null,
    archived: archived === true,
    isPublic: repository.public === true,
    originId: origin == null ? null : String(origin.id),
    link: links?.self?.find((link) => link !== null)?.href ?? null,
    cloneUrls: (links?.clone ?? [])
      .map(({ href }) => redactUrls(href))
      .toSorted()
      .slice(0, 10),
  };
}
