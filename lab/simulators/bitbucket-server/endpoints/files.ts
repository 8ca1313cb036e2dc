import { json, type Reply } from '../../wire/reply.ts';
import { type Call, type Endpoint, endpointsOf, flag, param, repositoryPath } from '../call.ts';
import { noSuchPath } from '../errors.ts';
import { objectType, readFile, readFileNames, readTree } from '../git/read.ts';
import { repositoryOf } from '../locate.ts';
import { pageBody, paged, pageLimits, pageOf } from '../paging.ts';
import { pathView } from '../views/commits.ts';
import type { Repository } from '../world.ts';
import { revision } from './commits.ts';

const api = endpointsOf('api');

interface Place {
  repository: Repository;
  commit: string;
  path: string;
  /** `blob` or `tree`. */
  type: string;
}

async function placeAsked(call: Call): Promise<Place> {
  const repository = repositoryOf(call);
  const commit = await revision(call, repository, 'at', repository.defaultBranch);
  const path = param(call, 'path').replace(/\/+$/, '');
  const type = await objectType(repository.git, commit, path);
  if (type === null) throw noSuchPath(path, commit);
  return { repository, commit, path, type };
}

async function raw(call: Call): Promise<Reply> {
  const { repository, commit, path, type } = await placeAsked(call);
  if (type !== 'blob') throw noSuchPath(path, commit);
  const body = await readFile(repository.git, commit, path);
  const binary = body.includes(0);
  return { status: 200, contentType: binary ? 'application/octet-stream' : 'text/plain;charset=UTF-8', body };
}

async function browse(call: Call): Promise<Reply> {
  const place = await placeAsked(call);
  if (flag(call, 'type') === true) return json({ type: place.type === 'blob' ? 'FILE' : 'DIRECTORY' });
  if (place.type === 'blob') return browseFile(call, place);
  const entries = await readTree(place.repository.git, place.commit, place.path);
  const children = pageBody(pageOf(call, entries), ({ name, type, id, size }) => ({
    path: pathView(name),
    ...(type === 'tree' ? {} : { contentId: id, size }),
    type: type === 'tree' ? 'DIRECTORY' : type === 'commit' ? 'SUBMODULE' : 'FILE',
  }));
  return json({ path: pathView(place.path), revision: place.commit, children });
}

async function browseFile(call: Call, { repository, commit, path }: Place): Promise<Reply> {
  const content = await readFile(repository.git, commit, path);
  if (flag(call, 'size') === true) return json({ size: content.length });
  if (content.includes(0)) return json({ binary: true, path: pathView(path) });
  const lines = content.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const { values, ...page } = pageBody(pageOf(call, lines, pageLimits.lines), (text) => ({ text })) as {
    values: unknown;
  };
  return json({ lines: values, ...page });
}

async function listFiles(call: Call): Promise<Reply> {
  const { repository, commit, path, type } = await placeAsked(call);
  if (type !== 'tree') throw noSuchPath(path, commit);
  const names = await readFileNames(repository.git, commit, path);
  return paged(call, names, (name) => name, pageLimits.files);
}

export const fileEndpoints: readonly Endpoint[] = [
  api('GET', `${repositoryPath}/raw/{path*}`, raw),
  api('GET', `${repositoryPath}/browse/{path*}`, browse),
  api('GET', `${repositoryPath}/files/{path*}`, listFiles),
];
