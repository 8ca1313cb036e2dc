import type { HelpByKind } from '../../app/area.ts';

/** Where the documentation of each kind of system says what a page of any system shows. */
export const helpTo = {
  setUp: {
    sonarqube: 'sonarqube#set-it-up',
    'oci-registry': 'registries#set-it-up',
    'bitbucket-server': 'bitbucket#set-it-up',
    harness: 'harness#set-it-up',
  },
  validation: {
    sonarqube: 'sonarqube#what-the-validation-checks',
    'oci-registry': 'registries#when-something-is-wrong',
    'bitbucket-server': 'bitbucket#when-something-is-wrong',
    harness: 'harness#what-the-validation-checks',
  },
  monitoring: {
    sonarqube: 'sonarqube#monitoring',
    'oci-registry': 'registries#what-is-read-and-kept',
    'bitbucket-server': 'bitbucket#what-is-read-and-kept',
    harness: 'harness#what-is-read-and-kept',
  },
  completeness: {
    sonarqube: 'sonarqube#how-issues-are-proven-complete',
    'oci-registry': 'registries#what-is-read-and-kept',
    'bitbucket-server': 'bitbucket#what-is-read-and-kept',
    harness: 'harness#what-is-read-and-kept',
  },
  endpoints: {
    sonarqube: 'sonarqube#endpoints',
    'oci-registry': 'registries#endpoints',
    'bitbucket-server': 'bitbucket#endpoints',
    harness: 'harness#endpoints',
  },
  inbox: {
    sonarqube: 'webhooks#the-inbox-page',
    'oci-registry': 'registries#notifications',
    'bitbucket-server': 'webhooks#the-inbox-page',
    harness: 'harness#notifications',
  },
  changing: {
    sonarqube: 'sonarqube#changing-pausing-deleting',
    'oci-registry': 'registries#set-it-up',
    'bitbucket-server': 'bitbucket#set-it-up',
    harness: 'harness#set-it-up',
  },
} as const satisfies Record<string, HelpByKind>;
