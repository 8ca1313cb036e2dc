import { accessErrors } from './catalogue/access.ts';
import { bitbucketErrors } from './catalogue/bitbucket.ts';
import { connectionErrors } from './catalogue/connection.ts';
import { connectionsApiErrors } from './catalogue/connections-api.ts';
import { deploymentErrors } from './catalogue/deployments.ts';
import { harnessErrors } from './catalogue/harness.ts';
import { inboxErrors } from './catalogue/inbox.ts';
import { ingestionErrors } from './catalogue/ingestion.ts';
import { integrationErrors } from './catalogue/integrations.ts';
import { labErrors } from './catalogue/lab.ts';
import { operationsErrors } from './catalogue/operations.ts';
import { outgoingWebhookErrors } from './catalogue/outgoing-webhooks.ts';
import { policyErrors } from './catalogue/policy.ts';
import { registryErrors } from './catalogue/registry.ts';
import { runningErrors } from './catalogue/running.ts';
import { satelliteErrors } from './catalogue/satellites.ts';
import { singleSignOnErrors } from './catalogue/single-sign-on.ts';
import { sqlErrors } from './catalogue/sql.ts';
import { systemErrors } from './catalogue/system.ts';
import { teamErrors } from './catalogue/teams.ts';
import { traceErrors } from './catalogue/trace.ts';

export type { CatalogueEntry } from './catalogue/entry.ts';

/** Every code the product can answer with. A test holds that each is used and that nothing outside it is. */
export const catalogue = {
  ...connectionErrors,
  ...connectionsApiErrors,
  ...inboxErrors,
  ...ingestionErrors,
  ...integrationErrors,
  ...accessErrors,
  ...singleSignOnErrors,
  ...labErrors,
  ...operationsErrors,
  ...outgoingWebhookErrors,
  ...policyErrors,
  ...deploymentErrors,
  ...registryErrors,
  ...bitbucketErrors,
  ...harnessErrors,
  ...satelliteErrors,
  ...sqlErrors,
  ...teamErrors,
  ...traceErrors,
  ...runningErrors,
  ...systemErrors,
} as const;

export type ErrorCode = keyof typeof catalogue;
