import { type ErrorCode, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { ProjectCreation } from '../contract.ts';
import { readOrganizations } from './capabilities.ts';
import type { SonarClient } from './client.ts';
import { connect, type Context } from './connect.ts';
import type { Server } from './version.ts';
import { toInstant } from './instant.ts';
import { parseJson } from './parse-json.ts';
import type { ProjectRecord } from './records.ts';
import { projectScope } from './project-scope.ts';
import { isClosed } from './reader.ts';
import { ComponentShow, CreatedProject, ListedProject, ProjectsSearch } from './schema.ts';

/** Projects of our making on the server. */
export const projectCreation: ProjectCreation<Context> = {
  async create(context, { key, name, mainBranch, visibility }) {
    const { client, server } = await connect(context);
    const organization = await theOrganization(client, server, context);
    const form = {
      project: key,
      name,
      organization: organization ?? undefined,
      visibility: visibility ?? undefined,
      // Cloud takes the name from the first analysis.
      mainBranch: server.isCloud ? undefined : (mainBranch ?? undefined),
    };
    const answer = await refused(client.post('api/projects/create', form));
    const parsed = CreatedProject.safeParse(parseJson(answer));
    if (!parsed.success || parsed.data.project.key !== key)
      throw new PlumblineError('malformed_response', { message: 'The server did not say which project it created.' });
    const { project } = parsed.data;
    return recordOf({ ...project, visibility: project.visibility ?? visibility ?? undefined }, organization);
  },
  async find(context, key) {
    const { client, server } = await connect(context);
    return findProject(client, key, await theOrganization(client, server, context));
  },
  async remove(context, key) {
    const { client } = await connect(context);
    await client.post('api/projects/delete', { project: key }).catch((error: unknown) => {
      if (!isPlumblineError(error, 'project_not_found')) throw error;
    });
  },
  isRead: ({ settings }, key) => projectScope(settings.projectKeys).includes(key),
};

/** On Cloud a project lies in one organization; on Server there is none. */
async function theOrganization(client: SonarClient, server: Server, { settings }: Context): Promise<string | null> {
  const [first = null, second] = await readOrganizations(client, server, settings.organization);
  if (second === undefined) return first;
  throw new PlumblineError('project_refused', {
    message: 'The integration reads several organizations: which of them the project is for is not known.',
    remedy: 'Use an integration of one organization.',
  });
}

async function findProject(
  client: SonarClient,
  key: string,
  organization: string | null,
): Promise<ProjectRecord | null> {
  try {
    // The older name of the parameter is understood by every version.
    const params = { qualifiers: 'TRK', projects: key, organization: organization ?? undefined, ps: 500 };
    const { components } = await client.get(ProjectsSearch, 'api/projects/search', params);
    const listed = components.flatMap((raw) => ListedProject.safeParse(raw).data ?? []);
    const found = listed.find((one) => one.key === key);
    if (found !== undefined) return recordOf(found, organization);
    // A server that overlooked the parameter lists others.
    if (listed.every((one) => one.key.toLowerCase() === key.toLowerCase())) return null;
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  try {
    const { component } = await client.get(ComponentShow, 'api/components/show', { component: key });
    return recordOf(component, organization);
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found')) return null;
    throw error;
  }
}

interface Told {
  key: string;
  name?: string | undefined;
  qualifier?: string | undefined;
  visibility?: string | undefined;
  projectUuid?: string | undefined;
  uuid?: string | undefined;
  lastAnalysisDate?: string | undefined;
  analysisDate?: string | undefined;
  revision?: string | undefined;
}

const recordOf = (told: Told, organization: string | null): ProjectRecord => ({
  key: told.key,
  name: told.name ?? told.key,
  uuid: told.projectUuid ?? told.uuid ?? null,
  organization,
  qualifier: told.qualifier ?? 'TRK',
  visibility: told.visibility ?? null,
  lastAnalysisAt: toInstant(told.lastAnalysisDate ?? told.analysisDate),
  revision: told.revision ?? null,
});

/** The server’s refusals of a project, by what a person can do about them. */
const refusals: readonly { words: RegExp; code: ErrorCode }[] = [
  { words: /already exists?/i, code: 'project_exists' },
  {
    words: /malformed key|longer than the maximum|must be one of|parameter is missing|not allowed/i,
    code: 'project_refused',
  },
];

async function refused(call: Promise<string>): Promise<string> {
  try {
    return await call;
  } catch (error) {
    if (!isPlumblineError(error, 'upstream_error') || error.data['status'] !== 400) throw error;
    const code = refusals.find(({ words }) => words.test(error.upstream ?? ''))?.code ?? 'project_refused';
    const upstream = error.upstream === undefined ? {} : { upstream: error.upstream };
    throw new PlumblineError(code, { ...upstream, cause: error });
  }
}
