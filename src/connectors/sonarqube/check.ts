import type { CheckReport, CheckResult, ConnectorContext } from '../contract.ts';
import type { SonarClient } from './client.ts';
import type { Secrets, Settings } from './settings.ts';
export async function* checkConnection(
  _c: SonarClient,
  _x: ConnectorContext<Settings, Secrets>,
): AsyncGenerator<CheckResult, CheckReport> {
  return { checks: [], capabilities: [], facts: {} };
}
