import type { Environment, Organization, Pipeline, Project, Service } from '../model.ts';
import type { World } from '../world.ts';
import { gitDetailsOf } from './summary.ts';

export const organizationView = ({
  identifier,
  name,
  description,
  tags,
  createdAt,
  lastModifiedAt,
  harnessManaged,
}: Organization): object => ({
  organization: { identifier, name, description, tags },
  createdAt,
  lastModifiedAt,
  harnessManaged,
});

export function projectView({ profile }: World, project: Project): object {
  const { organization, identifier, name, modules, description, tags, createdAt, lastModifiedAt } = project;
  const place = { orgIdentifier: organization.identifier, identifier };
  return {
    project: { ...place, name, color: '#0063f7', modules, description, tags },
    createdAt,
    lastModifiedAt,
    isFavorite: profile.newerFields ? false : undefined,
  };
}

export interface LastRun {
  id: string;
  status: string;
  at: number | undefined;
}

export function pipelineView({ profile }: World, pipeline: Pipeline, last: LastRun | undefined): object {
  const { identifier, name, description, tags, stages, createdAt, lastModifiedAt, modules, storeType } = pipeline;
  return {
    identifier,
    name,
    description,
    tags,
    version: 3,
    numOfStages: stages.length,
    createdAt,
    lastUpdatedAt: lastModifiedAt,
    modules,
    executionSummaryInfo: {
      numOfErrors: [0, 0, 0, 0, 0, 0, 0],
      deployments: [0, 0, 0, 0, 0, 0, 0],
      lastExecutionTs: last?.at,
      lastExecutionStatus: last?.status,
      lastExecutionId: last?.id,
    },
    filters: {},
    stageNames: stages,
    gitDetails: gitDetailsOf({ pipeline }),
    storeType: profile.newerFields ? storeType : undefined,
    connectorRef: profile.newerFields && storeType === 'REMOTE' ? 'git' : undefined,
  };
}

interface Place {
  accountId: string;
  orgIdentifier: string | undefined;
  projectIdentifier: string | undefined;
}

export const serviceView = (
  { identifier, name, description, tags, type, createdAt, lastModifiedAt }: Service,
  place: Place,
): object => ({
  service: {
    ...place,
    identifier,
    name,
    description,
    deleted: false,
    tags,
    type,
    yaml: `service:\n  identifier: ${identifier}\n`,
  },
  createdAt,
  lastModifiedAt,
});

export const environmentView = (
  { identifier, name, description, tags, type, createdAt, lastModifiedAt }: Environment,
  place: Place,
): object => ({
  environment: {
    ...place,
    identifier,
    name,
    description,
    tags,
    type,
    deleted: false,
    version: 1,
    yaml: `environment:\n  identifier: ${identifier}\n`,
  },
  createdAt,
  lastModifiedAt,
});
