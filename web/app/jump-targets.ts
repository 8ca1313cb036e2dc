import type { LinkProps } from '@tanstack/react-router';
import type { PageName } from './area.ts';
import type { KnownRoute } from './known-routes.ts';

export interface Target {
  key: string;
  label: string;
  place: string;
  /** Where it leads; absent for an action. */
  link?: LinkProps;
  run?: () => void;
}

export interface Named {
  id: number;
  name: string;
}

export interface Jump {
  /** Every address the router knows, e.g. `/integrations/$id/inbox`. */
  routes: readonly KnownRoute[];
  can(permission: string): boolean;
  integrations: readonly Named[];
  /** Those that the server found by the text. */
  projects: readonly (Named & { key: string })[];
  actions: readonly Target[];
  documents: readonly { name: string; title: string }[];
  /** What a pasted commit, key, digest or reference is about. */
  pasted: readonly Target[];
}

const mostShown = 30;

/** What can be jumped to and holds every word of the text; what was pasted stands first, then what begins with the text. */
export function jumpTargets(text: string, jump: Jump): Target[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const first = text.toLowerCase();
  const matching = [
    ...pageTargets(jump),
    ...jump.actions,
    ...jump.integrations.flatMap((one) => partsOf('/integrations/$id', one, 'Integration', jump.routes)),
    // The documentation is asked for, not offered.
    ...(words.length === 0 ? [] : jump.documents.map(documentTarget)),
  ].filter(({ label, place }) => words.every((word) => `${label} ${place}`.toLowerCase().includes(word)));
  const begins = ({ label }: Target): number => Number(label.toLowerCase().startsWith(first));
  // The server has matched the projects already, by name and by key; more words may name a part of one.
  const projects = jump.projects.flatMap((project) => {
    const [whole, ...parts] = partsOf('/projects/$id', project, project.key, jump.routes);
    const holds = ({ label, place }: Target): boolean =>
      words.every((word) => `${label} ${place}`.toLowerCase().includes(word));
    if (words.length <= 1) return whole === undefined ? [] : [whole];
    return [whole, ...parts].filter((target) => target !== undefined).filter(holds);
  });
  return [...jump.pasted, ...matching.toSorted((a, b) => begins(b) - begins(a)), ...projects].slice(0, mostShown);
}

/** Every page without a parameter in its address: a route that is added is here by itself. */
export function pageTargets({ routes, can }: Pick<Jump, 'routes' | 'can'>): Target[] {
  return routes
    .filter(({ path, name }) => !path.includes('$') && name !== null)
    .filter(({ needs }) => needs === undefined || can(needs))
    .flatMap(({ path, name }): Target[] => {
      const { label, place, permission } = name ?? namedByPath(path);
      if (permission !== undefined && !can(permission)) return [];
      return [{ key: `page ${path}`, label, place, link: { to: path } as LinkProps }];
    });
}

/** `/settings/back-ups` is “Back ups” of Settings. */
function namedByPath(path: string): PageName {
  const parts = path.split('/').filter(Boolean);
  const sentence = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1).replaceAll('-', ' ');
  return { label: sentence(parts.at(-1) ?? path), place: parts.length > 1 ? sentence(parts[0] ?? '') : 'Page' };
}

/** A thing, then its tabs, as the router has them. */
function partsOf(
  root: '/integrations/$id' | '/projects/$id',
  { id, name }: Named,
  place: string,
  routes: readonly KnownRoute[],
): Target[] {
  const params = { id: String(id) };
  return routes
    .map(({ path }) => path)
    .filter((path) => path === root || (path.startsWith(`${root}/`) && !path.slice(root.length).includes('$')))
    .map((path) => {
      const part = path.slice(root.length + 1).replaceAll(/[/-]/g, ' ');
      const label = part === '' ? name : `${name} ${part}`;
      return { key: `${path} ${id}`, label, place, link: { to: path, params } as LinkProps };
    });
}

const documentTarget = ({ name, title }: { name: string; title: string }): Target => ({
  key: `document ${name}`,
  label: title,
  place: 'Documentation',
  link: { to: '/help/$', params: { _splat: name } },
});
