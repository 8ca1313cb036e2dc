import { isPlumblineError } from '../../platform/errors/index.ts';
import type { Choice, Choices, ConnectorContext } from '../contract.ts';
import { identify, readOrganizations } from './capabilities.ts';
import type { SonarClient } from './client.ts';
import { withoutCompanions } from './companions/mark.ts';
import { isClosed } from './reader.ts';
import { readerFor } from './reader-for.ts';
import { ListedProject, ProjectsSearch } from './schema.ts';
import type { Secrets, Settings } from './settings.ts';
import { listProjects } from './streams/projects.ts';

type Context = ConnectorContext<Settings, Secrets>;

const pageSize = 50;

/** The first projects whose key or name has the text; the server searches, so that any number of them is one page. */
export async function chooseProjects(client: SonarClient, context: Context, text: string): Promise<Choices> {
  const server = await identify(client, context.settings.url);
  const organizations = await readOrganizations(client, server, context.settings.organization);
  const items: Choice[] = [];
  let total: number | null = 0;
  for (const organization of organizations) {
    const found = await searchProjects(client, organization, text).catch(async (error: unknown) => {
      if (!isClosed(error) && !isPlumblineError(error, 'upstream_error')) throw error;
      const listed = await listProjects(readerFor(client, server, context), organization);
      const items = listed.records.map(toChoice).filter(holds(text));
      return { items, total: listed.proven ? items.length : null };
    });
    const projects = await withoutCompanions({ client }, organization, {
      items: found.items,
      keyOf: ({ value }) => value,
    });
    items.push(...projects);
    const left = found.total === null ? null : found.total - (found.items.length - projects.length);
    total = total === null || left === null ? null : total + left;
  }
  return { items: items.slice(0, pageSize), total };
}

async function searchProjects(client: SonarClient, organization: string | null, text: string): Promise<Choices> {
  const shared = { organization: organization ?? undefined, ps: pageSize };
  const all = { ...shared, qualifiers: 'TRK', q: text === '' ? undefined : text };
  try {
    return choicesOf(await client.get(ProjectsSearch, 'api/projects/search', all), text);
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  // A quotation mark would end the text.
  const query = text.replaceAll('"', ' ').trim();
  const visible = { ...shared, s: 'name', filter: query === '' ? undefined : `query = "${query}"` };
  return choicesOf(await client.get(ProjectsSearch, 'api/components/search_projects', visible), text);
}

function choicesOf(
  { components, paging }: { components: readonly unknown[]; paging: { total: number } },
  text: string,
): Choices {
  const items = components.flatMap((raw) => {
    const project = ListedProject.safeParse(raw);
    return project.success ? [toChoice(project.data)] : [];
  });
  const matching = items.filter(holds(text));
  // A server that overlooks the search lists others, too: then nobody knows how many match.
  return { items: matching, total: matching.length === components.length ? paging.total : null };
}

const toChoice = ({ key, name }: { key: string; name: string }): Choice => ({
  value: key,
  label: name === key ? null : name,
});

const holds =
  (text: string) =>
  ({ value, label }: Choice): boolean =>
    [value, label ?? ''].some((one) => one.toLowerCase().includes(text.toLowerCase()));
