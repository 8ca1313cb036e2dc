import { bitbucketServer } from './bitbucket-server/index.ts';
import type { Connector } from './contract.ts';
import { harness } from './harness/index.ts';
import { ociRegistry } from './oci-registry/index.ts';
import { sonarqube } from './sonarqube/index.ts';

export const connectors: readonly Connector[] = [
  // The kinds this version offers: one line per connector.
  sonarqube as Connector,
  ociRegistry as Connector,
  bitbucketServer as Connector,
  harness as Connector,
];
