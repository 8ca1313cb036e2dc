import type { CatalogueEntry } from './entry.ts';

/** Codes of deployments, those that pipelines report and those that were read. */
export const deploymentErrors = {
  deployment_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such deployment, or it was forgotten after its time.',
    remedy: 'Look at the Deployments page for what is known.',
  },
  deployment_differs: {
    status: 409,
    retryable: false,
    title: 'This deployment was reported with something else before.',
    remedy: 'Give each deployment a key of its own, for example the number of the pipeline run.',
  },
  deployment_ended_otherwise: {
    status: 409,
    retryable: false,
    title: 'This deployment was reported to have ended otherwise.',
    remedy: 'Report a deployment that is tried again under a new key, and one that was taken back as rolled_back.',
  },
  pipeline_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such pipeline.',
    remedy: 'Look at the Pipelines page for those that are read.',
  },
  execution_not_found: {
    status: 404,
    retryable: false,
    title: 'There is no such execution.',
    remedy: 'Look at the page of its pipeline for what is known.',
  },
  deployment_place_unknown: {
    status: 422,
    retryable: false,
    title: 'Harness is not known to have this service or environment there.',
    remedy:
      'Write organization/project, service and environment by their identifiers, as addresses of Harness do. What was made a moment ago is known after the next sync.',
  },
  deployment_time_invalid: {
    status: 400,
    retryable: false,
    title: 'A time of this deployment cannot be right.',
    remedy: 'Leave the time out to have the hub’s own, or compare the clocks of both machines.',
  },
} as const satisfies Record<string, CatalogueEntry>;
