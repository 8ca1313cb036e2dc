import type { CodePlace, ReportPlace, WebhookPlace } from '../contract.ts';

const part = encodeURIComponent;

/** Everything about one repository below a module’s root. */
export const repositoryPath = ({ project, repository }: CodePlace, root = 'rest/api/1.0'): string =>
  `${root}/projects/${part(project)}/repos/${part(repository)}`;

export function webhooksPath({ scope, target }: Pick<WebhookPlace, 'scope' | 'target'>): string {
  const [project = '', repository = ''] = target.split('/');
  const place =
    scope === 'project' ? `rest/api/1.0/projects/${part(project)}` : repositoryPath({ project, repository });
  return `${place}/webhooks`;
}

export const pullRequestPath = (place: CodePlace, id: string): string =>
  `${repositoryPath(place)}/pull-requests/${part(id)}`;

export const reportPath = (place: ReportPlace): string =>
  `${repositoryPath(place, 'rest/insights/1.0')}/commits/${part(place.commit)}/reports/${part(place.key)}`;

/** As people write it, e.g. `PAY/ledger`. */
export const called = ({ project, repository }: CodePlace): string => `${project}/${repository}`;
