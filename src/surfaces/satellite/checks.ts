import type { CheckReport, Connector } from '../../connectors/contract.ts';
import type { AskedCheck } from '../../connectors/work/index.ts';
import { isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Outbound, OutboundOptions } from '../../platform/outbound/types.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { ConfiguredIntegration } from './file.ts';
import type { HubClient } from './hub-client.ts';
import {
  differingSettings,
  type ReachDefaults,
  reachHere,
  requireConfigured,
  secretsHere,
  settingsHere,
} from './integrations.ts';

const timeoutMs = 120_000;

export interface CheckingOptions {
  integrations: readonly ConfiguredIntegration[];
  connectorOf(kind: string): Connector;
  openOutbound(options: OutboundOptions): Outbound;
  defaultsOf(own: ConfiguredIntegration): ReachDefaults;
  log: Log;
  now(): Date;
  signal: AbortSignal;
  /** Told what the file says otherwise than the hub asked for. */
  onDiffering?(id: number, settings: string[]): void;
}

type Step = CheckReport['checks'][number];

/** Tests one connection as the hub would, and tells each check as it ends. */
export async function* runChecks(
  options: CheckingOptions,
  { id, kind, settings: fromHub }: { id: number; kind: string; settings: unknown },
): AsyncGenerator<Step, CheckReport> {
  const connector = options.connectorOf(kind);
  const checks: Step[] = [];
  let secrets: unknown = {};
  let http: Outbound | undefined;
  try {
    const own = requireConfigured(options.integrations, id, kind);
    const settings = settingsHere(connector, own, fromHub);
    options.onDiffering?.(id, differingSettings(connector, own, fromHub, settings));
    secrets = secretsHere(connector, own);
    http = options.openOutbound(reachHere(connector, own, { settings, defaults: options.defaultsOf(own) }));
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]);
    const running = connector.check({ settings, secrets, http, log: options.log, signal, now: options.now });
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        const { capabilities, facts } = next.value;
        return { capabilities, facts, checks: next.value.checks.map((check) => clean(check, secrets)) };
      }
      const check = clean(next.value, secrets);
      checks.push(check);
      yield check;
    }
  } catch (error) {
    const failed = clean(failedCheck(error), secrets);
    yield failed;
    return { checks: [...checks, failed], capabilities: [], facts: {} };
  } finally {
    await http?.close();
  }
}

/** Carries out what a person asked for in the browser. */
export async function answerCheck(options: CheckingOptions, hub: HubClient, asked: AskedCheck): Promise<void> {
  const { id, integrationId, kind, settings } = asked;
  const running = runChecks(options, { id: integrationId, kind, settings });
  for (;;) {
    const next = await running.next();
    if (next.done === true) {
      await hub.call('check_end', { id, report: next.value }, options.signal);
      return;
    }
    await hub.call('check_step', { id, check: next.value }, options.signal);
  }
}

function failedCheck(error: unknown): Step {
  const known = isPlumblineError(error) ? error : new PlumblineError('upstream_error', { cause: error });
  return {
    name: 'check',
    title: 'Test the connection',
    outcome: 'failed',
    message: known.message,
    code: known.code,
    remedy: known.remedy,
    ...(known.upstream === undefined ? {} : { upstream: known.upstream }),
  };
}

/** What the tool answers may hold the secret it was sent. */
function clean<T>(value: T, secrets: unknown): T {
  const texts = Object.values(secrets as Record<string, unknown>).filter(
    (secret): secret is string => typeof secret === 'string' && secret.length >= 4,
  );
  const strip = (inner: unknown): unknown => {
    if (typeof inner === 'string') return texts.reduce((text, secret) => text.replaceAll(secret, '…'), inner);
    if (Array.isArray(inner)) return inner.map(strip);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, part]) => [name, strip(part)]));
  };
  return strip(value) as T;
}
