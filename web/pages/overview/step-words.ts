import type { LinkProps } from '@tanstack/react-router';
import type { StepName } from '../../../src/features/overview/contract.ts';

interface Said {
  /** What to do. */
  todo: string;
  /** What it is good for. */
  why: string;
  action: string;
  link: LinkProps;
  permission: string;
}

const add = (kind: string): LinkProps => ({ to: '/integrations/add/$kind', params: { kind } }) as LinkProps;

export const stepWords: Record<StepName, Said> = {
  sonarqube: {
    todo: 'Connect a SonarQube server',
    why: 'Quality gates, open vulnerabilities and every finding come from it. First numbers appear within minutes.',
    action: 'Connect SonarQube',
    link: add('sonarqube'),
    permission: 'integrations:write',
  },
  registry: {
    todo: 'Connect a container registry',
    why: 'Each image is judged by the quality gates of the commit it was built from: which may go out, and which not.',
    action: 'Connect a registry',
    link: add('oci-registry'),
    permission: 'integrations:write',
  },
  deployments: {
    todo: 'Connect Harness, or let pipelines report deployments',
    why: 'It shows what runs where, and which services run an image that failed. Pipelines stay as they are.',
    action: 'Connect Harness',
    link: add('harness'),
    permission: 'integrations:write',
  },
  repositories: {
    todo: 'Connect Bitbucket',
    why: 'Pull requests show what the gate found, on the lines it is about.',
    action: 'Connect Bitbucket',
    link: add('bitbucket-server'),
    permission: 'integrations:write',
  },
  bindings: {
    todo: 'Say which repository each project is of',
    why: 'Reports reach the right pull request, and a trace goes from the commit to its analysis.',
    action: 'Bind projects',
    link: { to: '/projects/bindings' },
    permission: 'integrations:write',
  },
  teams: {
    todo: 'Draw your teams',
    why: 'Every number can be asked for one team, and people can be shown their own.',
    action: 'Make an org tree',
    link: { to: '/organization/trees' },
    permission: 'teams:write',
  },
};
