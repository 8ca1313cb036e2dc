import type { LinkProps } from '@tanstack/react-router';
import type { Missing } from '../../../src/features/trace/contract.ts';

export interface Remedy {
  label: string;
  link: LinkProps;
}

const idOf = (ref: string): string => ref.slice(ref.indexOf(':') + 1);
const help = (page: string, hash?: string): LinkProps => ({
  to: '/help/$',
  params: { _splat: page },
  ...(hash === undefined ? {} : { hash }),
});

const kinds = ['sonarqube', 'bitbucket-server', 'harness', 'oci-registry'];

const add = ({ details }: Missing): Remedy => {
  const kind = details.find((one) => kinds.includes(one));
  return kind === undefined
    ? { label: 'Add an integration', link: { to: '/integrations/available' } }
    : { label: 'Add an integration', link: { to: '/integrations/add/$kind', params: { kind } } };
};
const look = (label = 'Look at the integrations'): Remedy => ({ label, link: { to: '/integrations' } });
const imagePage = ({ at }: Missing): Remedy =>
  at.startsWith('image:')
    ? { label: 'See its claims', link: { to: '/images/$id', params: { id: idOf(at) } } }
    : { label: 'How images say their commit', link: help('registries', 'how-to-build-so-that-the-commit-is-known') };

/** Where the one thing to do is done, by the code of what is missing. */
const remedies: Readonly<Record<string, (missing: Missing) => Remedy>> = {
  trace_repository_not_bound: () => ({
    label: 'Bind the project',
    link: { to: '/projects/bindings', search: { view: 'suggestions' } as never },
  }),
  trace_commit_not_analyzed: () => ({
    label: 'How projects are analysed',
    link: help('sonarqube', 'what-is-read-and-kept'),
  }),
  trace_only_pull_request_analyzed: () => ({
    label: 'How projects are analysed',
    link: help('sonarqube', 'what-is-read-and-kept'),
  }),
  trace_no_pull_request: () => look('Which repositories are read'),
  trace_no_image: imagePage,
  trace_image_without_provenance: imagePage,
  trace_claims_contradict: imagePage,
  trace_commit_ambiguous: () => ({
    label: 'How images say their commit',
    link: help('registries', 'how-to-build-so-that-the-commit-is-known'),
  }),
  trace_image_ambiguous: () => ({
    label: 'How a deployment names its image',
    link: help('deployments', 'report-deployments-from-a-pipeline'),
  }),
  trace_tag_moved: () => ({
    label: 'How a deployment names its image',
    link: help('deployments', 'report-deployments-from-a-pipeline'),
  }),
  trace_names_no_artifact: () => ({
    label: 'How a deployment names its image',
    link: help('deployments', 'report-deployments-from-a-pipeline'),
  }),
  trace_never_deployed: () => ({
    label: 'Report deployments',
    link: help('deployments', 'report-deployments-from-a-pipeline'),
  }),
  trace_no_execution: () => ({ label: 'What Harness tells', link: help('harness', 'what-is-read-and-kept') }),
  trace_build_not_asked: () => look('Sync Harness'),
  trace_registry_not_connected: add,
  trace_system_not_connected: add,
  trace_image_not_read: () => look('Run the registry’s integration'),
  trace_tag_unknown_then: () => ({
    label: 'Let the registry notify the hub',
    link: help('registries', 'notifications'),
  }),
  trace_not_read_since: () => look('Look at its last run'),
};

/** Undefined where there is nothing to do. */
export const remedyOf = (missing: Missing): Remedy | undefined => remedies[missing.code]?.(missing);
