import { isDeepStrictEqual } from 'node:util';
import { type Connector, networkRoute } from '../../connectors/contract.ts';
import type { OpenedWork } from '../../connectors/work/index.ts';
import { PlumblineError } from '../../platform/errors/index.ts';
import type { ConfiguredIntegration } from './file.ts';

/** What the satellite needs of how it reaches a tool; the rest is the file's. */
export type ReachDefaults = Pick<OpenedWork['reach'], 'userAgent' | 'proxy'>;

/**
 * Settings as they count here. The hub says what it wants to read; by which way the secret travels, and what the file
 * narrows it to, the file says alone.
 */
export function settingsHere(connector: Connector, own: ConfiguredIntegration, fromHub: unknown): unknown {
  const asked = typeof fromHub === 'object' && fromHub !== null ? { ...fromHub } : {};
  const ways = new Set<string>([...connector.secretsTravelBy, ...networkRoute, 'url']);
  const kept = Object.fromEntries(Object.entries(asked).filter(([name]) => !ways.has(name)));
  const parsed = connector.settings.safeParse({ ...kept, ...own.settings });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PlumblineError('satellite_file_invalid', {
    message: `integrations (id ${own.id}): ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`,
  });
}

/** Names of what the file says otherwise than the hub asked for; what it leaves blank differs in nothing. */
export function differingSettings(
  connector: Connector,
  own: ConfiguredIntegration,
  fromHub: unknown,
  here: unknown,
): string[] {
  const asked = connector.settings.safeParse(fromHub);
  if (!asked.success) return [];
  const [hub, file] = [asked.data, here].map((settings) => settings as Record<string, unknown>);
  return Object.keys(own.settings)
    .filter((name) => !isDeepStrictEqual(hub?.[name], file?.[name]))
    .toSorted();
}

export function secretsHere(connector: Connector, own: ConfiguredIntegration): unknown {
  const parsed = connector.secrets.safeParse(own.secrets);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PlumblineError('satellite_file_invalid', {
    message: `integrations (id ${own.id}): ${issue?.message ?? 'the secret is not understood'}`,
  });
}

/** How the tool is reached from here: nothing of it is the hub's to say. */
export function reachHere(
  connector: Connector,
  own: ConfiguredIntegration,
  { settings, defaults }: { settings: unknown; defaults: ReachDefaults },
): OpenedWork['reach'] {
  const methods = connector.endpoints.filter(({ method, asks }) => method === 'GET' || asks === true);
  const proxy = own.proxy === undefined ? defaults.proxy : own.proxy;
  return {
    configuredHost: connector.baseUrl(settings).hostname,
    loopbackAllowed: true,
    methods: [...new Set(methods.map(({ method }) => method))],
    ...(defaults.userAgent === undefined ? {} : { userAgent: defaults.userAgent }),
    ...(own.ca === undefined ? {} : { ca: own.ca }),
    ...(typeof proxy === 'string' ? { proxy } : {}),
  };
}

/** Throws `satellite_not_configured`. */
export function requireConfigured(
  integrations: readonly ConfiguredIntegration[],
  id: number,
  kind: string,
): ConfiguredIntegration {
  const own = integrations.find((one) => one.id === id);
  if (own === undefined)
    throw new PlumblineError('satellite_not_configured', {
      message: `satellite.yml holds no integration with id '${id}'.`,
    });
  if (own.kind !== kind)
    throw new PlumblineError('satellite_not_configured', {
      message: `Integration ${id} is of kind ${own.kind} in satellite.yml, and of kind ${kind} in the hub.`,
    });
  return own;
}
