import type { CheckReport } from '../../connectors/contract.ts';
import { isPlumblineError } from '../../platform/errors/index.ts';
import { runChecks, type CheckingOptions } from './checks.ts';
import type { SatelliteConfig } from './file.ts';
import type { HubClient } from './hub-client.ts';

type Step = CheckReport['checks'][number];

/** Of one side: the hub, or one integration. */
export interface Checked {
  of: string;
  checks: Step[];
}

export interface SelfCheckOptions {
  config: SatelliteConfig;
  hub: HubClient;
  checking: CheckingOptions;
  name: string;
}

/** What `satellite check` does: first the way to the hub, then each tool, as the hub's own checks do. */
export async function* selfCheck(options: SelfCheckOptions): AsyncGenerator<Checked> {
  const { config, checking } = options;
  yield { of: `hub ${config.url.origin}`, checks: await checkHub(options) };
  for (const own of config.integrations) {
    const running = runChecks(checking, { id: own.id, kind: own.kind, settings: {} });
    for (;;) {
      const next = await running.next();
      if (next.done !== true) continue;
      yield { of: `integration ${own.id} (${own.kind})`, checks: next.value.checks };
      break;
    }
  }
}

async function checkHub({ config, hub, checking, name }: SelfCheckOptions): Promise<Step[]> {
  const ask = { name: 'hub', title: 'The hub takes the key' };
  try {
    const clock = checking.now();
    const integrations = config.integrations.map(({ id }) => id);
    const registration = { name, startedAt: clock.toISOString(), clock: clock.toISOString(), integrations, kept: [] };
    const { now, integrations: known } = await hub.call('register', registration, checking.signal);
    const ids = new Set(known.map(({ id }) => id));
    return [
      { ...ask, outcome: 'ok', message: `It reads ${known.map((one) => one.name).join(', ') || 'nothing yet'}.` },
      clocks(Date.parse(now) - checking.now().getTime()),
      ...integrations
        .filter((id) => !ids.has(id))
        .map(
          (id): Step => ({
            name: 'key',
            title: 'The key is good for every integration',
            outcome: 'failed',
            code: 'satellite_not_configured',
            message: `The key of this file is not good for integration ${id}.`,
            remedy: 'Download the YAML file again with this integration in it.',
          }),
        ),
    ];
  } catch (error) {
    if (!isPlumblineError(error)) throw error;
    const { code, message, remedy } = error;
    return [{ ...ask, outcome: 'failed', code, message, remedy }];
  }
}

function clocks(aheadMs: number): Step {
  const named = { name: 'clocks', title: 'The clocks agree' };
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (seconds <= 300) return { ...named, outcome: 'ok', message: `They differ by ${seconds} s.` };
  return {
    ...named,
    outcome: 'warning',
    message: `The hub’s clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine’s. What is read is dated by the hub’s.`,
    remedy: 'Let both machines take their time from a time server.',
  };
}
