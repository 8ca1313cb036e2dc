import { z } from 'zod';
import type { CheckReport, CheckResult, Connector, Json } from '../../connectors/contract.ts';
import { catalogue, type ErrorCode, faultSentence, fieldFaults, PlumblineError } from '../../platform/errors/index.ts';

export type Fields = { [key: string]: Json };

/** Settings and secrets as the connector understands them. */
export interface Declared {
  settings: Fields;
  secrets: Fields;
}

/** Throws `invalid_request` that names each field at fault, in form order of parts; values are not repeated. */
export function parseSettings(connector: Connector, settings: unknown): Fields {
  const parsed = parsePart(connector.settings, 'settings', settings);
  for (const [name, value] of Object.entries(parsed)) refuseCredentialsInUrl(name, value);
  return parsed;
}

export function parseSecrets(connector: Connector, secrets: unknown): Fields {
  return parsePart(connector.secrets, 'secrets', secrets);
}

function parsePart(shape: z.ZodType, part: 'settings' | 'secrets', value: unknown): Fields {
  // A misspelt setting must not be dropped in silence: `projectKey` would mean "everything".
  const strict = shape instanceof z.ZodObject ? shape.strict() : shape;
  const result = strict.safeParse(value);
  if (result.success) return JSON.parse(JSON.stringify(result.data)) as Fields;
  const fields = fieldFaults(strict, result.error, value).map((fault) => ({
    ...fault,
    path: fault.path === '' ? part : `${part}.${fault.path}`,
  }));
  const message = `The request is not valid. ${faultSentence(fields, part)}`;
  throw new PlumblineError('invalid_request', { message, data: { fields } });
}

/** Settings are readable by everybody with an account; a password in an URL would be too. */
function refuseCredentialsInUrl(name: string, value: Json): void {
  const url = typeof value === 'string' && value.includes('@') ? URL.parse(value) : null;
  if (url === null || (url.username === '' && url.password === '')) return;
  const fields = [{ path: `settings.${name}`, message: 'must not contain a user name or password' }];
  throw new PlumblineError('invalid_request', {
    message: `The request is not valid. settings.${name}: must not contain a user name or password`,
    data: { fields },
  });
}

const forbidsSaving = (check: CheckResult): boolean => check.outcome === 'failed' && check.saveAllowed !== true;

/** The hub's decision, whatever a browser shows: nothing is saved while a check failed that is not an exception. */
export function saveAllowed(checks: readonly CheckResult[]): boolean {
  return !checks.some(forbidsSaving);
}

/** Throws the first failure that forbids saving, under its own code, with all results. */
export function requireSaveAllowed(report: CheckReport): void {
  const failed = report.checks.find(forbidsSaving);
  if (failed === undefined) return;
  throw new PlumblineError(failed.code ?? 'upstream_error', {
    message: failed.message,
    ...(failed.remedy === undefined ? {} : { remedy: failed.remedy }),
    ...(failed.upstream === undefined ? {} : { upstream: failed.upstream }),
    data: { check: failed.name, checks: report.checks, capabilities: report.capabilities },
  });
}

/**
 * The outside system does not tell a wrong token from an expired one. Only when the expiry it told at validation has
 * passed is it called expired.
 */
function credentialCode(code: ErrorCode, expiresAt: Date | null, now: Date): ErrorCode {
  return code === 'invalid_credentials' && expiresAt !== null && expiresAt <= now ? 'expired_credentials' : code;
}

/** Says of a check's failure that the token has expired, where we know it. */
export function withKnownExpiry(check: CheckResult, expiresAt: Date | null, now: Date): CheckResult {
  if (check.code === undefined) return check;
  const code = credentialCode(check.code, expiresAt, now);
  if (code === check.code || expiresAt === null) return check;
  const { remedy } = catalogue[code];
  return { ...check, code, message: `The token expired on ${expiresAt.toISOString().slice(0, 10)}.`, remedy };
}

/** A fact that is text, else null. */
export function textFact(facts: CheckReport['facts'], name: string): string | null {
  const value = facts[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The token's end as the outside system told it. */
export function expiryFact(facts: CheckReport['facts']): Date | null {
  const text = textFact(facts, 'tokenExpiresAt');
  const date = text === null ? null : new Date(text);
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}

// Of a shorter secret four characters would be too much of it.
const shortestToHint = 20;

/** The last four characters of the first long secret, to recognise it by. */
export function lastFour(secrets: Fields): string | null {
  const long = Object.values(secrets).find((value) => typeof value === 'string' && value.length >= shortestToHint);
  return typeof long === 'string' ? long.slice(-4) : null;
}
