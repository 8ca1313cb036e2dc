import { isAtLeast } from '../profiles.ts';
import type { Project, Repository, User, World } from '../world.ts';

/** What addresses and fields depend on. */
export interface Viewing {
  world: World;
  baseUrl: string;
}

const self = (href: string): object => ({ self: [{ href }] });

export const userView = ({ baseUrl }: Viewing, user: User): object => ({
  name: user.name,
  emailAddress: user.emailAddress,
  active: user.active,
  displayName: user.displayName,
  id: user.id,
  slug: user.slug,
  type: 'NORMAL',
  links: self(`${baseUrl}/users/${user.slug}`),
});

const projectPage = (baseUrl: string, { owner, key }: Project): string =>
  owner === null ? `${baseUrl}/projects/${key}` : `${baseUrl}/users/${owner.slug}`;

export function projectView(viewing: Viewing, project: Project): object {
  const { key, id, name, description, owner } = project;
  return {
    key,
    id,
    name,
    ...(description === null ? {} : { description }),
    public: project.public,
    type: owner === null ? 'NORMAL' : 'PERSONAL',
    ...(owner === null ? {} : { owner: userView(viewing, owner) }),
    links: self(projectPage(viewing.baseUrl, project)),
  };
}

/** Paths of clone links have the project's key in lower case. */
export const clonePath = ({ project, slug }: Repository): string => `scm/${project.key.toLowerCase()}/${slug}.git`;

export const repositoryPage = (baseUrl: string, { project, slug }: Repository): string =>
  `${projectPage(baseUrl, project)}/repos/${slug}`;

export function repositoryView(viewing: Viewing, repository: Repository): object {
  const { world, baseUrl } = viewing;
  const { slug, id, name, description, project, forkable, archived, hierarchyId, origin } = repository;
  return {
    slug,
    id,
    name,
    ...(description === null ? {} : { description }),
    hierarchyId,
    scmId: 'git',
    state: 'AVAILABLE',
    statusMessage: 'Available',
    forkable,
    ...(origin === null ? {} : { origin: repositoryView(viewing, origin) }),
    project: projectView(viewing, project),
    public: repository.public,
    ...(isAtLeast(world.profile, [8, 0]) ? { archived } : {}),
    links: {
      clone: [
        {
          href: `ssh://git@${new URL(baseUrl).hostname}:7999/${clonePath(repository).slice('scm/'.length)}`,
          name: 'ssh',
        },
        { href: `${baseUrl}/${clonePath(repository)}`, name: 'http' },
      ],
      ...self(`${repositoryPage(baseUrl, repository)}/browse`),
    },
  };
}
