import { compileGlob, isGlob } from '../../../domain/glob.ts';
import { isRepositoryName } from '../../../domain/image-reference.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { SliceEvent, SliceRequest } from '../../contract.ts';
import type { Reader } from '../reader.ts';
import { listTags, versionOf } from './tags.ts';

const prefix = 'repository:';
const namedOnly = 'settings';

/** Slice name of a repository. */
export function sliceOf(repository: string): string {
  return `${prefix}${repository}`;
}

/** The repository a slice is about. */
export function repositoryOf(slice: string): string {
  const name = slice.slice(prefix.length);
  if (!slice.startsWith(prefix) || !isRepositoryName(name))
    throw new PlumblineError('invalid_request', { message: `“${slice.slice(0, 300)}” is no slice of a registry.` });
  return name;
}

/** True when the settings name it or have a pattern for it; without either every repository is watched. */
export function isWatched({ repositories }: Pick<Reader['settings'], 'repositories'>, name: string): boolean {
  return repositories.length === 0 || repositories.some((one) => one === name || compileGlob(one)(name));
}

export interface RepositoryListing {
  names: string[];
  method: string;
  /** Why the catalogue may name more than these; null when it was read to its end, or is not needed. */
  cutOff: string | null;
}

/**
 * The repositories to watch: those that were named, and those of the catalogue that match a pattern (all without one).
 * Throws what the catalogue throws, where it is needed.
 */
export async function listRepositories(reader: Reader): Promise<RepositoryListing> {
  const { repositories } = reader.settings;
  const names = new Set(repositories.filter((one) => !isGlob(one) && isRepositoryName(one)));
  if (repositories.length > 0 && !repositories.some(isGlob))
    return { names: [...names].toSorted(), method: namedOnly, cutOff: null };
  const { items, cutOff } = await reader.client.repositories();
  for (const name of items) if (isRepositoryName(name) && isWatched(reader.settings, name)) names.add(name);
  return { names: [...names].toSorted(), method: '/v2/_catalog', cutOff };
}

/**
 * Every watched repository with a version that moves when a tag moves or something is attached: on an idle registry this
 * is all that is read.
 */
export async function* readDiscovery(
  reader: Reader,
  { known }: Pick<SliceRequest, 'known'>,
): AsyncGenerator<SliceEvent> {
  const { names, method, cutOff } = await listRepositories(reader);
  const present: string[] = [];
  const hidden: string[] = [];
  let answered = false;
  for (const [done, name] of names.entries()) {
    yield { type: 'progress', stage: name, done, total: names.length };
    const found = await look(reader, name);
    if (found === 'hidden') hidden.push(name);
    if (found === 'gone' || found === 'hidden') continue;
    const { version } = found;
    answered ||= version !== null;
    present.push(name);
    yield { type: 'slice', slice: sliceOf(name), version, touchedAt: null };
  }
  // A page that is no registry's answer: of one named repository among others that answer it says that it is not there;
  // where nothing answers, or the catalogue names it, something stands in between.
  if (!answered || method !== namedOnly) {
    for (const name of hidden) yield { type: 'slice', slice: sliceOf(name), version: null, touchedAt: null };
    present.push(...hidden);
  }
  yield { type: 'records', stream: 'repositories', scope: '', records: present.map((name) => ({ name })) };
  yield {
    type: 'complete',
    stream: 'repositories',
    scope: '',
    sourceCount: present.length,
    method,
    // Without a single repository the credential is more likely at fault than the registry empty.
    ...wholeness(cutOff, present.length > 0),
    ...(cutOff === null ? unanswered(reader.settings, present) : {}),
    ...leftOut([...((await known?.()) ?? new Map()).keys()], (name) => isWatched(reader.settings, name)),
  };
}

/** Names and patterns of the settings that no repository answers. */
function unanswered(
  { repositories }: Pick<Reader['settings'], 'repositories'>,
  present: readonly string[],
): Pick<Extract<SliceEvent, { type: 'complete' }>, 'unmatched'> {
  const names = repositories.filter((one) => !present.some((name) => isWatched({ repositories: [one] }, name)));
  return names.length === 0 ? {} : { unmatched: { code: 'repository_not_found', names } };
}

/** What is stored and the settings leave out: that it is not listed says nothing about the registry. */
export function leftOut(
  stored: readonly string[],
  isWanted: (name: string) => boolean,
): Pick<Extract<SliceEvent, { type: 'complete' }>, 'outside'> {
  const outside = stored.filter((name) => !isWanted(name)).map((key) => ({ key, id: null }));
  return outside.length === 0 ? {} : { outside };
}

/** What a listing proves: nothing about what is not on it when it was cut off. */
export function wholeness(
  cutOff: string | null,
  absenceTrusted = true,
): Pick<Extract<SliceEvent, { type: 'complete' }>, 'proof' | 'sourceMoved' | 'absenceTrusted' | 'doubt'> {
  if (cutOff === null) return { proof: 'key_set', sourceMoved: false, absenceTrusted };
  const doubt = `the registry’s list was not read to its end, ${cutOff}`;
  return { proof: 'unproven', sourceMoved: false, absenceTrusted: false, doubt };
}

/**
 * `gone`: the registry says that it is not there. `hidden`: it, or something before it, has no such page. The version is
 * null where it cannot be read: its own reading says why, and is tried again each time.
 */
async function look(reader: Reader, repository: string): Promise<{ version: string | null } | 'gone' | 'hidden'> {
  try {
    return { version: await versionOf(reader, await listTags(reader, repository)) };
  } catch (error) {
    if (isPlumblineError(error, 'repository_not_found')) return 'gone';
    if (isPlumblineError(error, 'endpoint_unavailable') && error.data['status'] === 404) return 'hidden';
    if (isRefused(error)) return { version: null };
    throw error;
  }
}

/** Codes that concern one repository and leave the others. */
export function isRefused(error: unknown): error is PlumblineError {
  const codes = [
    'invalid_permissions',
    'endpoint_unavailable',
    'malformed_response',
    'response_too_large',
    'digest_mismatch',
  ] as const;
  return codes.some((code) => isPlumblineError(error, code));
}
