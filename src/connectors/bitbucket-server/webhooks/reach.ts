import { attempt, type PlumblineError } from '../../../platform/errors/index.ts';
import type { WebhookPlace, WebhookReach } from '../../contract.ts';
import { webhooksPath } from '../address.ts';
import type { BitbucketClient } from '../client.ts';
import { Page, StoredWebhook } from '../schema.ts';
import type { Settings } from '../settings.ts';
import { readRepositories } from '../streams/repositories.ts';

/** Each costs a question. */
const mostTried = 100;

/**
 * Where webhooks may be set up: for each project, else for each of its repositories. A list of webhooks is shown to whom it
 * may be changed by. What cannot be asked counts as not allowed.
 */
export async function readWebhookReach(
  client: BitbucketClient,
  settings: Pick<Settings, 'projects'>,
): Promise<WebhookReach> {
  const byProject = await repositoriesByProject(client, settings);
  const places: WebhookPlace[] = [];
  const rest: string[] = [];
  let refusal: PlumblineError | null = null;
  let left = mostTried;
  const allows = async (scope: string, target: string): Promise<boolean> => {
    left -= 1;
    const error = await refusalOf(client, { scope, target });
    refusal = error ?? refusal;
    if (error === null) places.push({ scope, target, within: null });
    return error === null;
  };
  for (const [project, repositories] of byProject) {
    if (left <= 0 || !(await allows('project', project))) rest.push(...repositories);
  }
  const tried = rest.slice(0, Math.max(0, left));
  let allowed = 0;
  for (const repository of tried) if (await allows('repository', repository)) allowed += 1;
  const called = places[0] === undefined ? null : places[0].scope === 'project' ? 'projects' : 'repositories';
  return { places, called, single: { allowed, tried: tried.length, total: rest.length }, refusal };
}

/** Names of repositories by the keys of their projects. */
async function repositoriesByProject(
  client: BitbucketClient,
  settings: Pick<Settings, 'projects'>,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { slug, project } of readRepositories(client, settings)) {
    const names = found.get(project.key) ?? [];
    names.push(`${project.key}/${slug}`);
    found.set(project.key, names);
  }
  return found;
}

async function refusalOf(
  client: BitbucketClient,
  place: Pick<WebhookPlace, 'scope' | 'target'>,
): Promise<PlumblineError | null> {
  const call = { subject: `webhooks of ${place.target}`, params: { limit: 1 } };
  const asked = await attempt(client.get(Page(StoredWebhook), webhooksPath(place), call));
  return 'error' in asked ? asked.error : null;
}
