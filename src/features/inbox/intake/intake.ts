import type { Connector, WebhookAdapter, WebhookCall } from '../../../connectors/contract.ts';
import { PlumblineError } from '../../../platform/errors/index.ts';
import { keptHeaders, repetitionKey } from '../model.ts';
import type { NewDelivery } from '../store/deliveries.ts';
import type { LiveSecrets } from '../store/secrets.ts';
import type { GroupCommit } from './group-commit.ts';
import type { SecretCache } from './live-secrets.ts';

/** A call at `/hooks/<kind>/<integration id>[/<adapter>][/<path key>]`. */
export interface HookCall {
  kind: string;
  integrationId: string;
  /** What stands behind the id: an adapter, a path key, or both. */
  rest: readonly string[];
  headers: WebhookCall['headers'];
  body: Uint8Array;
  /** Network address, for the counters of refusals. */
  address: string;
}

export interface IntakeOptions {
  connectors: ReadonlyMap<string, Connector>;
  secrets: SecretCache;
  store: GroupCommit<NewDelivery>;
  /** Lookups of addresses that may be guesses, per network address and minute. */
  lookupsPerMinute: number;
  now(): number;
}

/**
 * Verifies and stores one call; resolves when it is durable. An unproven test call is answered and not stored. Throws `webhook_unknown`, `webhook_not_verified`,
 * `webhook_busy`, `too_many_requests`; then nothing was stored.
 */
export function createIntake(options: IntakeOptions): (call: HookCall) => Promise<void> {
  const lookups = createBudget(options);
  return async (call) => {
    const startedAt = options.now();
    const { adapter, pathKey } = findAdapter(options.connectors, call);
    const place = { kind: call.kind, integrationId: Number(call.integrationId), adapter: adapter.name };
    const received = { pathKey, headers: call.headers, body: call.body };
    let live = await options.secrets.read(place);
    if (!proves(adapter, received, live)) {
      if (live !== undefined && adapter.isTest?.(received) === true) return;
      // A secret made this second may not be known here yet. A guesser may not make us ask for each guess.
      if (!lookups.spend(call.address)) {
        throw new PlumblineError(live === undefined ? 'too_many_requests' : 'webhook_not_verified');
      }
      live = await options.secrets.readAgain(place, startedAt);
      if (live === undefined) throw new PlumblineError('webhook_unknown');
      if (!proves(adapter, received, live)) {
        if (adapter.isTest?.(received) === true) return;
        throw new PlumblineError('webhook_not_verified');
      }
    }
    await options.store.add({
      integrationId: place.integrationId,
      adapter: adapter.name,
      key: repetitionKey(adapter, received),
      headers: keptHeaders(adapter, call.headers),
      body: call.body,
    });
  };
}

function proves(adapter: WebhookAdapter, call: WebhookCall, live: LiveSecrets | undefined): boolean {
  return live !== undefined && live.length > 0 && adapter.verify(call, live);
}

/** `<adapter>` when the kind has one of that name, else the path key of the kind's own. */
function findAdapter(
  connectors: ReadonlyMap<string, Connector>,
  { kind, integrationId, rest }: HookCall,
): { adapter: WebhookAdapter; pathKey: string | null } {
  const adapters = connectors.get(kind)?.webhooks ?? [];
  const named = adapters.find((adapter) => adapter.name !== '' && adapter.name === rest[0]);
  const adapter = named ?? adapters.find((each) => each.name === '');
  const keys = named === undefined ? rest : rest.slice(1);
  const pathKey = keys[0] ?? null;
  const fits = keys.length <= 1 && (pathKey === null || adapter?.proof === 'path_key');
  if (adapter === undefined || !fits || !/^\d{1,15}$/.test(integrationId)) throw new PlumblineError('webhook_unknown');
  return { adapter, pathKey };
}

const minuteMs = 60_000;

function createBudget({ lookupsPerMinute, now }: IntakeOptions): { spend(address: string): boolean } {
  let spent = new Map<string, number>();
  let since = now();
  return {
    spend(address) {
      if (now() - since >= minuteMs) {
        spent = new Map();
        since = now();
      }
      const before = spent.get(address) ?? 0;
      if (before >= lookupsPerMinute) return false;
      spent.set(address, before + 1);
      return true;
    },
  };
}
