import { nearMatch } from '../../domain/near-match.ts';
import type { Suggestion } from '../contract.ts';
import type { Settings } from './settings.ts';

export interface NamedThing {
  identifier: string;
  name: string | null;
}
export interface NamedProject extends NamedThing {
  organization: string;
}

/** What the key sees. */
export interface Visible {
  organizations: readonly NamedThing[];
  projects: readonly NamedProject[];
}

/** What the settings choose of it. */
export interface Chosen {
  /** Identifiers. */
  organizations: ReadonlySet<string>;
  projects: readonly NamedProject[];
  /** As they were entered. */
  unmatched: { organizations: readonly string[]; projects: readonly string[] };
  /** Projects that are there, in organizations that are not named: read, they would silently be none. */
  outside: readonly string[];
  /** Entered names that several things have: all of them are read. */
  ambiguous: readonly { entered: string; matches: readonly string[] }[];
  suggestions: readonly Suggestion[];
}

/** `organization/project`: unique in an account. */
export const projectKey = ({ organization, identifier }: Pick<NamedProject, 'organization' | 'identifier'>): string =>
  `${organization}/${identifier}`;

/**
 * Which projects are read. A name is compared letter by letter, with identifiers first and with what people call them
 * second; what matches nothing is told together with what was most likely meant.
 */
export function choose(visible: Visible, wanted: Pick<Settings, 'organizations' | 'projects'>): Chosen {
  const all = withOrganizationsOfProjects(visible);
  const organizations = wanted.organizations.map((entered) => ({ entered, found: called(all, entered) }));
  const chosen = new Set(
    (wanted.organizations.length === 0 ? all : organizations.flatMap(({ found }) => found)).map(id),
  );
  const projects = wanted.projects.map((entered) => ({
    entered,
    ...projectsCalled(entered, { all, chosen, visible }),
  }));
  const unmatched = {
    organizations: organizations.filter(({ found }) => found.length === 0).map(({ entered }) => entered),
    projects: projects.filter(({ found, beyond }) => found.length + beyond.length === 0).map(({ entered }) => entered),
  };
  const named = new Set(projects.flatMap(({ found }) => found));
  return {
    organizations: wanted.projects.length === 0 ? chosen : new Set([...named].map(({ organization }) => organization)),
    projects: visible.projects.filter((one) =>
      wanted.projects.length === 0 ? chosen.has(one.organization) : named.has(one),
    ),
    unmatched,
    outside: projects
      .filter(({ found, beyond }) => found.length === 0 && beyond.length > 0)
      .map(({ entered }) => entered),
    ambiguous: [
      ...organizations.map(({ entered, found }) => ({ entered, matches: found.map(id) })),
      ...projects.map(({ entered, found }) => ({ entered, matches: found.map(projectKey) })),
    ].filter(({ matches }) => matches.length > 1),
    suggestions: [
      ...unmatched.organizations.flatMap((entered) => suggest('organizations', entered, organizationNames(all))),
      ...unmatched.projects.flatMap((entered) => suggest('projects', entered, projectNames(entered, all, visible))),
    ],
  };
}

const id = ({ identifier }: NamedThing): string => identifier;

/** A key of a single project may see that project and not its organization. */
function withOrganizationsOfProjects({ organizations, projects }: Visible): NamedThing[] {
  const listed = new Set(organizations.map(id));
  const others = new Set(projects.map(({ organization }) => organization).filter((one) => !listed.has(one)));
  return [...organizations, ...[...others].map((identifier) => ({ identifier, name: null }))];
}

/** An identifier is unique; a name may be that of several. */
function called<T extends NamedThing>(things: readonly T[], entered: string): T[] {
  const identified = things.filter(({ identifier }) => identifier === entered);
  return identified.length > 0 ? identified : things.filter(({ name }) => name === entered);
}

interface Seen {
  all: readonly NamedThing[];
  chosen: ReadonlySet<string>;
  visible: Visible;
}

/** Split at the first `/`, as identifiers have none. */
function splitProject(entered: string): { organization: string | null; project: string } {
  const slash = entered.indexOf('/');
  if (slash === -1) return { organization: null, project: entered };
  return { organization: entered.slice(0, slash).trim(), project: entered.slice(slash + 1).trim() };
}

/** Without an organization it is a project of any that is chosen; `beyond` are those of others. */
function projectsCalled(
  entered: string,
  { all, chosen, visible }: Seen,
): { found: NamedProject[]; beyond: NamedProject[] } {
  const { organization, project } = splitProject(entered);
  const parents = organization === null ? null : new Set(called(all, organization).map(id));
  const within = visible.projects.filter((one) => parents === null || parents.has(one.organization));
  const found = called(
    within.filter((one) => chosen.has(one.organization)),
    project,
  );
  return { found, beyond: found.length > 0 ? [] : called(within, project) };
}

type Names = readonly (readonly [word: string, instead: string])[];

const organizationNames = (all: readonly NamedThing[]): Names => [
  ...all.map(({ identifier }) => [identifier, identifier] as const),
  ...all.flatMap(({ identifier, name }) => (name === null ? [] : [[name, identifier] as const])),
];

function projectNames(entered: string, all: readonly NamedThing[], { projects }: Visible): Names {
  const bare = splitProject(entered).organization === null;
  const names = new Map(all.map(({ identifier, name }) => [identifier, name]));
  return projects.flatMap((project) => {
    const { organization, identifier, name } = project;
    const key = projectKey(project);
    const words = bare
      ? [identifier, name]
      : [
          key,
          `${organization}/${name ?? identifier}`,
          `${names.get(organization) ?? organization}/${name ?? identifier}`,
        ];
    return words.flatMap((word) => (word === null ? [] : [[word, key] as const]));
  });
}

function suggest(field: string, entered: string, names: Names): Suggestion[] {
  const word = nearMatch(
    entered,
    names.map(([one]) => one),
  );
  const instead = names.find(([one]) => one === word)?.[1];
  return instead === undefined ? [] : [{ field, entered, instead }];
}
