import { paths } from '../address.ts';
import { longest, type OrganizationRecord, type ProjectRecord } from '../records.ts';
import type { Reader } from '../reader.ts';
import { Organization, Project } from '../schema.ts';
import { projectKey } from '../scope.ts';
import { instantOf, namesOf, tagsOf, textOrNull } from '../text.ts';
import { type ListedStream, readList } from './lists.ts';

export const organizationList: ListedStream<Organization, OrganizationRecord> = {
  stream: 'organizations',
  method: 'organizations list',
  list: { path: paths.organizations, pages: 'pageIndex', subject: 'organizations' },
  shape: Organization,
  record: ({ organization, harnessManaged, createdAt, lastModifiedAt }) => ({
    ...described(organization, createdAt, lastModifiedAt),
    builtIn: harnessManaged === true,
  }),
  key: ({ identifier }) => identifier,
};

/** All that the key sees, as Harness does not find them by their names. */
export const projectList: ListedStream<Project, ProjectRecord> = {
  stream: 'projects',
  method: 'projects list',
  list: { path: paths.projects, pages: 'pageIndex', subject: 'projects' },
  shape: Project,
  record: ({ project, createdAt, lastModifiedAt }) => ({
    organization: project.orgIdentifier,
    ...described(project, createdAt, lastModifiedAt),
    modules: namesOf(project.modules, longest.types),
  }),
  key: projectKey,
};

/** One project by its identifiers. */
export const namedProjectList = (organization: string, project: string): typeof projectList => ({
  ...projectList,
  list: {
    ...projectList.list,
    subject: `project ${organization}/${project}`,
    params: { orgIdentifier: organization, identifiers: [project] },
    absent: 'project_not_found',
  },
});

export const listOrganizations = (client: Reader['client']) => readList(client, organizationList);
export const listProjects = (client: Reader['client']) => readList(client, projectList);

interface Described {
  identifier: string;
  name?: string | null | undefined;
  description?: string | null | undefined;
  tags?: unknown;
}

/** What organizations, projects, pipelines, services and environments tell alike. */
export function described(
  { identifier, name, description, tags }: Described,
  createdAt: number | null | undefined,
  updatedAt: number | null | undefined,
) {
  return {
    identifier,
    name: textOrNull(name),
    description: textOrNull(description, 2_000),
    tags: tagsOf(tags, longest.tags),
    createdAt: instantOf(createdAt),
    updatedAt: instantOf(updatedAt),
  };
}
