import type { CheckReport, CheckResult, Connector } from '../../connectors/contract.ts';
import { catalogue, isPlumblineError, PlumblineError } from '../../platform/errors/index.ts';
import type { Log } from '../../platform/telemetry/log.ts';
import type { Calling } from './calling.ts';
import { type Declared, type Fields, textFact, withKnownExpiry } from './model.ts';
import { withoutSecretTexts } from './secret-texts.ts';

export interface CheckingOptions {
  calling: Calling;
  log: Log;
  now(): Date;
  /** Other integrations that read the server with this identity, by their names. */
  othersOn(serverId: string, kind: string, except: number | null): Promise<readonly string[]>;
}

/** A whole check, so that a wizard never hangs on a server that trickles. */
const checkTimeoutMs = 120_000;

export interface CheckCall {
  signal: AbortSignal;
  /** Stored end of the token in use; null with new secrets. */
  knownExpiry: Date | null;
  /** Identity of the server that answered so far; null with a new address. */
  knownServerId: string | null;
  /** The integration that is checked; null for one that is not stored yet. */
  integrationId: number | null;
}

/**
 * Runs a connector's checks: yields each as it ends, returns the report. What the connector throws becomes a failed
 * check of its own.
 */
export async function* runChecks(
  options: CheckingOptions,
  connector: Connector,
  declared: Declared,
  call: CheckCall,
): AsyncGenerator<CheckResult, CheckReport> {
  const { calling } = options;
  const http = await calling.open(calling.hostOf(connector, declared.settings));
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(checkTimeoutMs)]);
  const context = { ...declared, http, log: options.log, signal, now: options.now };
  const checks: CheckResult[] = [];
  const presented = (check: CheckResult): CheckResult =>
    withoutSecrets(withKnownExpiry(check, call.knownExpiry, options.now()), declared.secrets);
  try {
    const running = connector.check(context);
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        const last = next.value.checks.map(presented);
        const about = await aboutServer(options, connector.kind, next.value, call);
        yield* about;
        return { ...next.value, checks: [...last, ...about] };
      }
      const check = presented(next.value);
      checks.push(check);
      yield check;
    }
  } catch (error) {
    const failed = withoutSecrets(thrownCheck(error, call.signal, signal, declared.secrets), declared.secrets);
    yield failed;
    return { checks: [...checks, failed], capabilities: [], facts: {} };
  } finally {
    await http.close();
  }
}

/** What only the hub knows of the server that answered, wherever it was asked from. */
export async function aboutServer(
  options: Pick<CheckingOptions, 'othersOn'>,
  kind: string,
  report: CheckReport,
  { knownServerId, integrationId }: Pick<CheckCall, 'knownServerId' | 'integrationId'>,
): Promise<CheckResult[]> {
  const about = [otherServer(report, knownServerId), await readTwice(options, kind, report, integrationId)];
  return about.filter((check) => check !== undefined);
}

/** A warning: saving is harmless, and reading stops by itself until a person has confirmed the server. */
function otherServer(report: CheckReport, knownServerId: string | null): CheckResult | undefined {
  const serverId = textFact(report.facts, 'serverId');
  if (knownServerId === null || serverId === null || serverId === knownServerId) return undefined;
  const { title, remedy } = catalogue.server_identity_changed;
  const message = `The server says it is ${serverId}; until now it was ${knownServerId}.`;
  return { name: 'same_server', title, outcome: 'warning', message, code: 'server_identity_changed', remedy };
}

/** A warning: two integrations of one server are legitimate (several tokens), and what both read counts once. */
async function readTwice(
  { othersOn }: Pick<CheckingOptions, 'othersOn'>,
  kind: string,
  report: CheckReport,
  integrationId: number | null,
): Promise<CheckResult | undefined> {
  const serverId = textFact(report.facts, 'serverId');
  if (serverId === null) return undefined;
  const names = await othersOn(serverId, kind, integrationId);
  if (names.length === 0) return undefined;
  const listed = names.map((name) => `“${name}”`).join(', ');
  return {
    name: 'read_once',
    title: 'No other integration reads this server',
    outcome: 'warning',
    message: `${listed} ${names.length === 1 ? 'reads' : 'read'} the same server. What both read counts once, in the one that was made first.`,
    remedy: 'Add the token to that integration as a second credential, or give each integration projects of its own.',
    saveAllowed: true,
  };
}

/** An outside system may answer with the token it was sent, and a library may name it in its error. */
function withoutSecrets(check: CheckResult, secrets: Fields): CheckResult {
  const clean = Object.entries(check).map(([name, value]) => [
    name,
    typeof value === 'string' ? withoutSecretTexts(value, secrets) : value,
  ]);
  return Object.fromEntries(clean) as unknown as CheckResult;
}

function thrownCheck(error: unknown, client: AbortSignal, all: AbortSignal, secrets: Fields): CheckResult {
  if (client.aborted) throw error;
  const known = isPlumblineError(error)
    ? error
    : all.aborted
      ? new PlumblineError('timeout', { cause: error })
      : undefined;
  if (known === undefined)
    throw new Error(withoutSecretTexts(String(error instanceof Error ? error.stack : error), secrets));
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
