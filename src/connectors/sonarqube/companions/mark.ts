import { mainOfCompanion } from '../../../domain/companion-key.ts';
import { isClosed, type Reader } from '../reader.ts';
import { ListedProject, ProjectsSearch } from '../schema.ts';

/** Tag that every companion carries on the server, so that a hub which forgot them does not take them for projects. */
export const companionTag = 'plumbline-companion';

const pageSize = 500;

/** What people choose from and count: a companion comes with its project. Nothing is asked where no key is like one's. */
export async function withoutCompanions<Item>(
  reader: Pick<Reader, 'client'>,
  organization: string | null,
  { items, keyOf }: { items: readonly Item[]; keyOf(item: Item): string },
): Promise<Item[]> {
  if (items.every((item) => mainOfCompanion(keyOf(item)) === null)) return [...items];
  const marked = await readMarked(reader, organization);
  return items.filter((item) => marked?.has(keyOf(item)) !== true);
}

/** Keys of all projects that carry the tag; null where the list that knows tags is closed to us, or ended early. */
export async function readMarked(
  { client }: Pick<Reader, 'client'>,
  organization: string | null,
): Promise<ReadonlySet<string> | null> {
  const found = new Set<string>();
  try {
    for (let page = 1; ; page += 1) {
      const params = {
        filter: `tags = ${companionTag}`,
        f: '_all',
        organization: organization ?? undefined,
        p: page,
        ps: pageSize,
      };
      const { components, paging } = await client.get(ProjectsSearch, 'api/components/search_projects', params);
      for (const raw of components) {
        const project = ListedProject.safeParse(raw);
        // A server that overlooks the filter lists others, too.
        if (project.success && project.data.tags?.includes(companionTag) === true) found.add(project.data.key);
      }
      if (page * pageSize >= paging.total) return found;
      if (components.length === 0) return null;
    }
  } catch (error) {
    if (isClosed(error)) return null;
    throw error;
  }
}
