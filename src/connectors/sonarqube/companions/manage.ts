import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import type { CompanionProjects, NewCompanion } from '../../contract.ts';
import type { SonarClient } from '../client.ts';
import { connect, type Context } from '../connect.ts';
import { projectCreation } from '../project-creation.ts';
import { isClosed } from '../reader.ts';
import { BranchesList, ComponentShow, ListedBranch, PullRequestsList } from '../schema.ts';
import { judgeAlike } from './judge-alike.ts';
import { companionTag } from './mark.ts';

/** Companions on the server. */
export const companionProjects: CompanionProjects<Context> = {
  async analysesPullRequests(context, project) {
    const { client, server } = await connect(context);
    if (server.isCloud) return true;
    try {
      await client.get(PullRequestsList, 'api/project_pull_requests/list', { project });
      return true;
    } catch (error) {
      if (isClosed(error) && error.upstream?.startsWith('Unknown url') === true) return false;
      throw error;
    }
  },
  async find(context, key) {
    const { client } = await connect(context);
    const found = await show(client, key);
    if (found === null) return 'nothing';
    return found.tags?.includes(companionTag) === true ? 'companion' : 'project';
  },
  async ensure(context, companion) {
    const { client } = await connect(context);
    const main = await show(client, companion.of);
    if (main === null) throw new PlumblineError('project_not_found');
    const there = await this.find(context, companion.key);
    if (there === 'project' && !companion.begun) throw new PlumblineError('companion_key_taken');
    const made =
      there === 'nothing' && (await permitted('make projects', create(context, client, { ...companion, main })));
    try {
      await permitted('set up the companion', setUp(client, companion));
    } catch (error) {
      if (made) await takeBack(context, companion.key, error);
      throw error;
    }
  },
  async remove(context, key) {
    const there = await this.find(context, key);
    if (there === 'nothing') return;
    // A project that somebody made under this key, or whose tag somebody took away, is not ours to delete.
    if (there === 'project') throw new PlumblineError('companion_key_taken');
    await permitted('delete the companion', projectCreation.remove(context, key));
  },
};

type Shown = NonNullable<Awaited<ReturnType<typeof show>>>;

async function show(client: SonarClient, key: string) {
  try {
    return (await client.get(ComponentShow, 'api/components/show', { component: key })).component;
  } catch (error) {
    if (isPlumblineError(error, 'project_not_found')) return null;
    throw error;
  }
}

/** False where another attempt was faster. */
async function create(
  context: Context,
  client: SonarClient,
  { key, of, pullRequest, begun, main }: NewCompanion & { main: Shown },
): Promise<boolean> {
  try {
    await projectCreation.create(context, {
      key,
      name: companionName(main.name ?? of, pullRequest),
      mainBranch: await mainBranchOf(client, of),
      visibility: main.visibility === 'public' ? 'public' : 'private',
    });
    return true;
  } catch (error) {
    // Two pipelines of one pull request ask at the same time.
    if (!begun || !isPlumblineError(error, 'project_exists')) throw error;
    return false;
  }
}

/** As people see it beside its project. */
const companionName = (name: string, pullRequest: string): string =>
  `${name.slice(0, 400)} (companion of pull request ${pullRequest})`;

async function mainBranchOf(client: SonarClient, project: string): Promise<string | null> {
  try {
    const { branches } = await client.get(BranchesList, 'api/project_branches/list', { project });
    return branches.flatMap((raw) => ListedBranch.safeParse(raw).data ?? []).find(({ isMain }) => isMain)?.name ?? null;
  } catch (error) {
    if (isClosed(error)) return null;
    throw error;
  }
}

/** The tag first: without it nobody could tell what this is. */
async function setUp(client: SonarClient, { key, of }: NewCompanion): Promise<void> {
  await client.post('api/project_tags/set', { project: key, tags: companionTag });
  await judgeAlike(client, { from: of, to: key });
}

/** Removes what was made a moment ago and could not be set up. */
async function takeBack(context: Context, key: string, cause: unknown): Promise<void> {
  try {
    await projectCreation.remove(context, key);
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    throw new PlumblineError('companion_not_permitted', {
      message: `“${key}” was made, could not be set up, and could not be removed again.`,
      ...(error.upstream === undefined ? {} : { upstream: error.upstream }),
      cause,
    });
  }
}

/** A refusal says what the token lacks. */
async function permitted<T>(what: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isPlumblineError(error, 'invalid_permissions')) throw error;
    throw new PlumblineError('companion_not_permitted', {
      message: `The token may not ${what}.`,
      ...(error.upstream === undefined ? {} : { upstream: error.upstream }),
      cause: error,
    });
  }
}
