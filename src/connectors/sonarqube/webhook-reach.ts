import { attempt, type PlumblineError } from '../../platform/errors/index.ts';
import type { ConnectorContext, WebhookPlace, WebhookReach } from '../contract.ts';
import { identify, readOrganizations } from './capabilities.ts';
import type { Server } from './version.ts';
import type { SonarClient } from './client.ts';
import { withoutCompanions } from './companions/mark.ts';
import { pooled } from './pool.ts';
import { projectScope } from './project-scope.ts';
import { readerFor } from './reader-for.ts';
import { type Reader, takesStreamAway } from './reader.ts';
import { WebhooksList } from './schema.ts';
import type { ProjectRecord } from './records.ts';
import type { Secrets, Settings } from './settings.ts';
import { listProjects } from './streams/projects.ts';

type Context = ConnectorContext<Settings, Secrets>;

/** As many as one request may name; each costs a question, and a server takes its webhooks one by one. */
export const mostProjects = 100;
const atOnce = 4;

const calledTogether = { global: 'everything', organization: 'organizations', project: 'projects' } as const;

interface Project {
  key: string;
  organization: string | null;
}

/**
 * Where webhooks may be set up, the widest first: for everything, for an organization, else for each project. A list of
 * webhooks is shown to whom it may be changed by. What cannot be asked counts as not allowed.
 */
export async function findWebhookReach(
  reader: Pick<Reader, 'client'>,
  organizations: readonly (string | null)[],
  projects: readonly Project[],
): Promise<WebhookReach> {
  const places: WebhookPlace[] = [];
  const rest: Project[] = [];
  let refusal: PlumblineError | null = null;
  for (const organization of organizations) {
    const place: WebhookPlace =
      organization === null
        ? { scope: 'global', target: '', within: null }
        : { scope: 'organization', target: organization, within: null };
    const error = await refusalOf(reader, organization === null ? {} : { organization });
    if (error === null) places.push(place);
    else rest.push(...projects.filter((project) => project.organization === organization));
    refusal ??= error;
  }
  const tried = rest.slice(0, mostProjects);
  const outcomes = pooled(
    tried,
    () => atOnce,
    async ({ key, organization }) => {
      const named = organization === null ? { project: key } : { project: key, organization };
      const place = { scope: 'project', target: key, within: organization };
      return { place, error: await refusalOf(reader, named) };
    },
  );
  let allowed = 0;
  for await (const { place, error } of outcomes) {
    refusal ??= error;
    if (error !== null) continue;
    allowed += 1;
    places.push(place);
  }
  const [widest] = places;
  const called = widest === undefined ? null : calledTogether[widest.scope as keyof typeof calledTogether];
  return { places, called, single: { allowed, tried: tried.length, total: rest.length }, refusal };
}

async function refusalOf(
  { client }: Pick<Reader, 'client'>,
  place: { project?: string; organization?: string },
): Promise<PlumblineError | null> {
  const asked = await attempt(client.get(WebhooksList, 'api/webhooks/list', place));
  return 'error' in asked ? asked.error : null;
}

/** The same for what is stored, with the projects that the settings ask for. */
export async function readWebhookReach(client: SonarClient, context: Context): Promise<WebhookReach> {
  const server: Server = await identify(client, context.settings.url);
  const reader = readerFor(client, server, context);
  const organizations = await readOrganizations(client, server, context.settings.organization);
  const scope = projectScope(context.settings.projectKeys);
  const projects: Project[] = [];
  for (const organization of organizations) {
    const listed = await listProjects(reader, organization).catch((error: unknown) => {
      // For a webhook for everything no list of projects is needed.
      if (takesStreamAway(error)) return { records: [] as ProjectRecord[] };
      throw error;
    });
    const wanted = listed.records.filter(({ key }) => scope.includes(key));
    const own = await withoutCompanions(reader, organization, { items: wanted, keyOf: ({ key }) => key });
    projects.push(...own.map(({ key }) => ({ key, organization })));
  }
  return findWebhookReach(reader, organizations, projects);
}
