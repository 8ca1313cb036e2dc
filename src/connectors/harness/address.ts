import { PlumblineError } from '../../platform/errors/index.ts';

export const paths = {
  account: (id: string): string => `ng/api/accounts/${encodeURIComponent(id)}`,
  currentUser: 'ng/api/user/currentUser',
  organizations: 'ng/api/organizations',
  projects: 'ng/api/projects',
  services: 'ng/api/servicesV2',
  environments: 'ng/api/environmentsV2',
  pipelines: 'pipeline/api/pipelines/list',
  executions: 'pipeline/api/pipelines/execution/summary',
  execution: (id: string): string => `pipeline/api/pipelines/execution/v2/${encodeURIComponent(id)}`,
} as const;

/** By identifiers. */
export interface ProjectPlace {
  organization: string;
  project: string;
}

const prefix = 'project:';

/** Identifiers have no slash. */
export const sliceOf = ({ organization, project }: ProjectPlace): string => `${prefix}${organization}/${project}`;

export function placeOf(slice: string): ProjectPlace {
  const [organization = '', project = '', ...rest] = slice.slice(prefix.length).split('/');
  if (!slice.startsWith(prefix) || organization === '' || project === '' || rest.length > 0) {
    throw new PlumblineError('invalid_request', { message: `“${slice.slice(0, 300)}” is no slice of Harness.` });
  }
  return { organization, project };
}

export const calledProject = ({ organization, project }: ProjectPlace): string => `${organization}/${project}`;

/** What says on every call which project is meant. */
export const ofProject = ({ organization, project }: ProjectPlace): Record<string, string> => ({
  orgIdentifier: organization,
  projectIdentifier: project,
});

/** Where something is defined: in a project, for an organization, or for the whole account. */
export interface Level {
  organization: string | null;
  project: string | null;
}

const account = 'account';
const organizationPrefix = 'organization:';

/** Slice of what is defined above projects. */
export const sharedSliceOf = (organization: string | null): string =>
  organization === null ? account : `${organizationPrefix}${organization}`;

/** Null for the slice of a project. */
export function sharedLevelOf(slice: string): Level | null {
  if (slice === account) return { organization: null, project: null };
  const organization = slice.startsWith(organizationPrefix) ? slice.slice(organizationPrefix.length) : '';
  return organization === '' || organization.includes('/') ? null : { organization, project: null };
}

export const calledLevel = ({ organization, project }: Level): string =>
  [organization ?? 'the account', project].filter((part) => part !== null).join('/');

export const ofLevel = ({ organization, project }: Level): Record<string, string> => ({
  ...(organization === null ? {} : { orgIdentifier: organization }),
  ...(project === null ? {} : { projectIdentifier: project }),
});
