import type { CatalogueEntry } from './entry.ts';

/** Codes of the trace: what was asked cannot be answered, and why a line ends where it does. */
export const traceErrors = {
  trace_nothing_found: {
    status: 404,
    retryable: false,
    title: 'Nothing is known under this text.',
    remedy:
      'Paste a commit, the address of a pull request, PROJECT/repository#number, an image with tag or digest, or the key of a project.',
  },
  said_before_history: {
    status: 404,
    retryable: false,
    title: 'What was said at that time was not kept.',
    remedy: 'Ask for a time after the one that is named: the history begins with it.',
  },
  said_by_removed: {
    status: 404,
    retryable: false,
    title: 'Integrations were removed since, and what was said of their records with them.',
    remedy: 'Restore a backup of that time beside this hub, if you need what was said then.',
  },
  gate_then_unknown: {
    status: 404,
    retryable: false,
    title: 'What the gates of the commit came to then is not kept.',
    remedy: 'Look at the analyses of the commit on the line: they are those of that time.',
  },
  readings_forgotten: {
    status: 404,
    retryable: false,
    title: 'When these systems were last read well before that time is not known any more.',
    remedy: 'Have runs kept for longer, on the page Settings, Retention.',
  },
  trace_repository_not_bound: {
    status: 404,
    retryable: false,
    title: 'No project is bound to the repository of this commit.',
    remedy: 'Bind the SonarQube project of the repository on the page Bindings.',
  },
  trace_commit_not_analyzed: {
    status: 404,
    retryable: false,
    title: 'No analysis of this commit is known.',
    remedy: 'Run the analysis in the pipeline that builds the commit; those next to it are named beside this.',
  },
  trace_only_pull_request_analyzed: {
    status: 404,
    retryable: false,
    title: 'This commit was analysed in a pull request only, not on a branch.',
    remedy: 'Run the analysis on the branch after the merge too.',
  },
  trace_no_pull_request: {
    status: 404,
    retryable: false,
    title: 'No pull request that was read has this commit as a head or as its merge.',
    remedy: 'Nothing to do where it was pushed to the branch directly; else look at which repositories are read.',
  },
  trace_no_image: {
    status: 404,
    retryable: false,
    title: 'No image that was read says that it was built from this commit.',
    remedy: 'Build the image with provenance, or with the label org.opencontainers.image.revision.',
  },
  trace_image_without_provenance: {
    status: 404,
    retryable: false,
    title: 'The image does not say which commit it was built from.',
    remedy: 'Build it with provenance, for example with docker buildx build --provenance=true.',
  },
  trace_claims_contradict: {
    status: 404,
    retryable: false,
    title: 'What the image says of its commit contradicts itself, so that none is believed.',
    remedy: 'Look at the claims on the page of the image, and have the builder write one commit only.',
  },
  trace_commit_ambiguous: {
    status: 404,
    retryable: false,
    title: 'Only the beginning of a commit is named, and several commits begin like this.',
    remedy: 'Have the builder write the whole commit id.',
  },
  trace_image_ambiguous: {
    status: 404,
    retryable: false,
    title: 'What was deployed may be any of several images.',
    remedy: 'Deploy by digest, and name the registry.',
  },
  trace_tag_moved: {
    status: 404,
    retryable: false,
    title: 'The tag came to another image while the deployment ran: either may run.',
    remedy: 'Deploy by digest.',
  },
  trace_registry_not_connected: {
    status: 404,
    retryable: false,
    title: 'The registry, or the repository in it, is not read.',
    remedy: 'Add an integration for the registry that names the repository.',
  },
  trace_image_not_read: {
    status: 404,
    retryable: false,
    title: 'The repository is read, and no image with this digest is in it.',
    remedy: 'Run the integration of the registry; an image that was deleted there before it was read cannot be known.',
  },
  trace_tag_unknown_then: {
    status: 404,
    retryable: false,
    title: 'The tag pointed to no image that was known at that time.',
    remedy: 'Deploy by digest, or let the registry notify the hub so that tags are seen at once.',
  },
  trace_names_no_artifact: {
    status: 404,
    retryable: false,
    title: 'The execution names no image.',
    remedy: 'Add the image as the artifact of the service, or report the deployment with its image.',
  },
  trace_no_execution: {
    status: 404,
    retryable: false,
    title: 'No execution that was read says that it built this image.',
    remedy: 'Build and push the image in a step that reports what it pushed; other builders are not known.',
  },
  trace_build_not_asked: {
    status: 404,
    retryable: true,
    title: 'An execution that built this commit was not asked yet which images it pushed.',
    remedy:
      'Sync Harness: each reading asks the newest builds first, one a day a hundred of the last 30 days; open an older one in Harness.',
  },
  trace_never_deployed: {
    status: 404,
    retryable: false,
    title: 'No deployment of this image is known.',
    remedy: 'Nothing to do where it was not deployed; else report deployments from the pipeline.',
  },
  trace_not_read_since: {
    status: 404,
    retryable: false,
    title: 'An integration that would tell has not been read without a gap for three of its intervals.',
    remedy: 'Look at its last run in Monitoring.',
  },
  trace_beyond_history: {
    status: 404,
    retryable: false,
    title: 'This was before the time from which the integration was read.',
    remedy:
      'Wait where the past is still being read, as the integration’s runs say; else nothing: what was before is not known.',
  },
  trace_system_not_connected: {
    status: 404,
    retryable: false,
    title: 'No integration of the kind that would tell is connected.',
    remedy: 'Add one on the page Integrations.',
  },
} as const satisfies Record<string, CatalogueEntry>;
