import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { CodeImport, CodePlace, ConnectorContext } from '../../contract.ts';
import { called, repositoryPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { followingPage } from '../paging.ts';
import { DefaultBranch, Page, Repository } from '../schema.ts';
import type { Secrets, Settings } from '../settings.ts';
import { repositoryRecord } from '../streams/repositories.ts';

type Context = ConnectorContext<Settings, Secrets>;

/** As many as a person looks at. */
const pageSize = 50;

/** Repositories as one person sees them, for whoever gives a client of that person. */
export function codeImport(clientOf: (context: Context) => BitbucketClient): CodeImport<Context> {
  return {
    async whoAmI(context) {
      const client = clientOf(context);
      const call = { subject: 'the token', params: { limit: 1 } };
      await client.get(Page(Repository), 'rest/api/1.0/profile/recent/repos', call);
      // The client has refused an answer that names nobody.
      return client.user() ?? '';
    },
    async list(context, { project, name, start }) {
      // A user’s own project is in no list of projects, and has no name that could be searched for.
      const ofUser = project.startsWith('~');
      const path = ofUser ? `rest/api/1.0/projects/${encodeURIComponent(project)}/repos` : 'rest/api/1.0/repos';
      const params = ofUser ? {} : { projectname: project, name };
      const page = await clientOf(context).get(Page(Repository), path, {
        subject: 'repositories',
        params: { ...params, start, limit: pageSize },
      });
      const found = ofUser ? page.values.filter((one) => alike(one.name ?? one.slug, name)) : page.values;
      return { repositories: found.map(repositoryRecord), ...followingPage(page, start) };
    },
    async repository(context, place) {
      const client = clientOf(context);
      const repository = await client.get(Repository, repositoryPath(place), { subject: called(place) });
      const now = { project: repository.project.key, repository: repository.slug };
      return { record: repositoryRecord(repository), mainBranch: await mainBranchOf(client, now) };
    },
    isRead: ({ settings: { projects } }, { project }) =>
      projects.length === 0 || projects.some((key) => key.toLowerCase() === project.toLowerCase()),
  };
}

const alike = (name: string, part: string): boolean => name.toLowerCase().includes(part.toLowerCase());

/**
 * The configured default branch. Versions before 7.5 have another call for it, which answers nothing for an empty
 * repository, and a 404 where the branch is not there.
 */
async function mainBranchOf(client: BitbucketClient, place: CodePlace): Promise<string | null> {
  const subject = `default branch of ${called(place)}`;
  for (const way of ['default-branch', 'branches/default']) {
    try {
      const { displayId, id } = await client.get(DefaultBranch, `${repositoryPath(place)}/${way}`, { subject });
      return displayId ?? id?.replace(/^refs\/heads\//, '') ?? null;
    } catch (error) {
      if (!isPlumblineError(error) || !saysNothing(error)) throw error;
    }
  }
  return null;
}

/** Missing call, missing branch, or the empty answer to an empty repository. */
const saysNothing = ({ code }: PlumblineError): boolean =>
  ['endpoint_unavailable', 'bitbucket_rejected_request', 'bitbucket_commit_not_found', 'malformed_response'].includes(
    code,
  );
