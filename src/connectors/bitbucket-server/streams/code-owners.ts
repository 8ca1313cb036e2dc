import { codeOwnersPlaces, parseCodeOwners } from '../../../domain/code-owners.ts';
import { type ErrorCode, isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { CodePlace, SliceEvent } from '../../contract.ts';
import { called, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { followingPage } from '../paging.ts';
import type { CodeOwnersRecord } from '../records.ts';
import { FileLines, Folder } from '../schema.ts';

const stream = 'code_owners';

/** More is no file that people keep; a page of the server has no more than 5,000. */
const mostLines = 20_000;
const mostRules = 5_000;
const pageLines = 5_000;
const pageChildren = 1_000;

/** Codes that say something of this file alone; everything else ends the reading, to be tried again as a whole. */
const ofTheFile: ReadonlySet<ErrorCode> = new Set([
  'endpoint_unavailable',
  'invalid_permissions',
  'malformed_response',
  'response_too_large',
  'upstream_error',
  'bitbucket_forbidden',
  'bitbucket_conflict',
  'bitbucket_rejected_request',
  'bitbucket_repository_moved',
]);

/**
 * Who owns the code of a repository, by the file on its default branch. That there is none is said by the folders in which
 * it could lie, never by a refusal; a file that cannot be read leaves what is stored as it is.
 */
export async function readCodeOwners(client: BitbucketClient, place: CodePlace): Promise<SliceEvent[]> {
  try {
    const record = await readFile(client, place);
    return [
      { type: 'records', stream, scope: '', records: [record] },
      {
        type: 'complete',
        stream,
        scope: '',
        sourceCount: null,
        method: 'browse',
        proof: 'key_set',
        sourceMoved: false,
        absenceTrusted: false,
      },
    ];
  } catch (error) {
    if (!isPlumblineError(error) || !ofTheFile.has(error.code)) throw error;
    const { code, message, upstream } = error;
    return [{ type: 'unavailable', stream, scope: '', code, message, ...(upstream === undefined ? {} : { upstream }) }];
  }
}

async function readFile(client: BitbucketClient, place: CodePlace): Promise<CodeOwnersRecord> {
  const file = await findFile(client, place);
  if (file === null) return { key: 'owners', file, rules: [], notUnderstood: 0 };
  const { rules, notUnderstood } = parseCodeOwners(await readText(client, place, file));
  if (rules.length > mostRules) throw tooLarge(place, `${rules.length} rules`);
  return { key: 'owners', file, rules: rules.map((rule) => ({ ...rule, owners: [...rule.owners] })), notUnderstood };
}

/** The first of the known places that there is. */
async function findFile(client: BitbucketClient, place: CodePlace): Promise<string | null> {
  const root = await listFolder(client, place, '');
  for (const path of codeOwnersPlaces) {
    const [folder = '', name] = path.split('/');
    if (name === undefined ? root.get(folder) === 'FILE' : root.get(folder) === 'DIRECTORY') {
      if (name === undefined || (await listFolder(client, place, folder)).get(name) === 'FILE') return path;
    }
  }
  return null;
}

/** Types by paths. A repository without a commit on its default branch has nothing. */
async function listFolder(client: BitbucketClient, place: CodePlace, folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const path = browsePath(place, folder);
  const subject = `files of ${called(place)}`;
  try {
    for (let start: number | null = 0; start !== null; ) {
      const { children } = await client.get(Folder, path, { subject, params: { start, limit: pageChildren } });
      for (const child of children.values) found.set(child.path.components.join('/'), child.type);
      start = nextOf(place, children, start);
    }
  } catch (error) {
    if (isPlumblineError(error, 'bitbucket_commit_not_found')) return new Map();
    throw error;
  }
  return found;
}

async function readText(client: BitbucketClient, place: CodePlace, file: string): Promise<string> {
  const lines: string[] = [];
  const path = browsePath(place, file);
  const subject = `${file} of ${called(place)}`;
  for (let start: number | null = 0; start !== null; ) {
    const page = await client.get(FileLines, path, { subject, params: { start, limit: pageLines } });
    for (const { text } of page.lines) lines.push(text);
    if (lines.length > mostLines) throw tooLarge(place, `more than ${mostLines} lines`);
    start = nextOf(place, page, start);
  }
  return lines.join('\n');
}

const browsePath = (place: CodePlace, path: string): string =>
  [`${repositoryPath(place)}/browse`, ...path.split('/').filter((part) => part !== '')]
    .map((part, at) => (at === 0 ? part : encodeURIComponent(part)))
    .join('/');

/** Where a list has more than it shows, a name that is not in it would pass for one that is not there. */
function nextOf(place: CodePlace, page: Parameters<typeof followingPage>[0], start: number): number | null {
  const { next, cutOff } = followingPage(page, start);
  if (cutOff === null) return next;
  throw new PlumblineError('malformed_response', {
    message: `A list of ${called(place)} was not read to its end, ${cutOff}.`,
  });
}

const tooLarge = (place: CodePlace, what: string): PlumblineError =>
  new PlumblineError('response_too_large', { message: `The file of code owners of ${called(place)} has ${what}.` });
