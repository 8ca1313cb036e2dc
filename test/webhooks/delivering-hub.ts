import type { Connector } from '../../src/connectors/contract.ts';
import { sonarqube } from '../../src/connectors/sonarqube/index.ts';
import { codeQualityData, createSonarqubeSink } from '../../src/features/code-quality/index.ts';
import { sign } from '../support/inbox-stage.ts';
import { type ReadingHub, readingHub } from './reading-hub.ts';

/** A hub that reads a SonarQube and takes its deliveries. */
export interface DeliveringHub extends ReadingHub {
  /** Sends a body as the server would, signed with a live secret. */
  deliver(body: string): Promise<number>;
}

export interface DeliveringHubOptions {
  url: string;
  token: string;
  projectKeys?: readonly string[];
  /** How the server reaches the hub. */
  publicUrl?: URL;
}

export async function deliveringHub(options: DeliveringHubOptions): Promise<DeliveringHub> {
  const hub = await readingHub({
    name: 'sonar',
    connector: sonarqube as Connector,
    sink: createSonarqubeSink(),
    data: codeQualityData,
    settings: { url: options.url, projectKeys: options.projectKeys ?? [] },
    secrets: { apiToken: options.token },
    publicUrl: () => options.publicUrl ?? new URL('http://127.0.0.1:8420/'),
  });
  const { integrationId } = hub;
  const { secret } = (await hub.call('POST', `/api/v1/integrations/${integrationId}/webhook-secret`, { body: {} }))
    .body;
  return {
    ...hub,
    async deliver(body) {
      const response = await hub.app.inject({
        method: 'POST',
        url: `/hooks/sonarqube/${integrationId}`,
        payload: body,
        headers: { host: 'localhost', ...sign(body, secret) },
      });
      return response.statusCode;
    },
  };
}
