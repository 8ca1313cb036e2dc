import type { Connector } from './contract.ts';
import { ociRegistry } from './oci-registry/index.ts';
import { sonarqube } from './sonarqube/index.ts';

/** The kinds this version offers: one line per connector. */
export const connectors: readonly Connector[] = [sonarqube as Connector, ociRegistry as Connector];
