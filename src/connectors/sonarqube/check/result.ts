import { catalogue, type ErrorCode, isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckResult } from '../../contract.ts';

/** Titles of the checks, in the order in which they run. */
const titles = {
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_sonarqube: 'A SonarQube server answers there',
  server_ready: 'The server is up',
  version_supported: 'The version is supported',
  token_valid: 'The token is valid',
  token_kind: 'Kind of the token',
  token_expiry: 'Expiry of the token',
  organization: 'The organization exists',
  list_projects: 'Projects can be listed',
  named_projects: 'Every named project exists',
  read_issues: 'Issues can be read',
  read_measures: 'Measures can be read',
  read_history: 'History can be read',
  read_hotspots: 'Security hotspots can be read',
  administer: 'Webhooks can be set up',
} as const;

export type CheckName = keyof typeof titles;
export const checkNames = Object.keys(titles) as CheckName[];

export function ok(name: CheckName, message: string): CheckResult {
  return { name, title: titles[name], outcome: 'ok', message };
}

export function skipped(name: CheckName, message: string): CheckResult {
  return { name, title: titles[name], outcome: 'skipped', message };
}

interface Problem {
  code: ErrorCode;
  message: string;
  remedy?: string | undefined;
  upstream?: string | undefined;
}

/** What was found is worth a word, and no reason not to save. */
export function warning(name: CheckName, problem: Partial<Problem> & { message: string }): CheckResult {
  return { name, title: titles[name], outcome: 'warning', saveAllowed: true, ...described(problem) };
}

export function failed(name: CheckName, problem: Problem, { saveAllowed = false } = {}): CheckResult {
  return { name, title: titles[name], outcome: 'failed', saveAllowed, ...described(problem) };
}

export function failedBy(
  name: CheckName,
  error: PlumblineError,
  more: { message?: string; remedy?: string } = {},
): CheckResult {
  const { code, message, remedy, upstream } = error;
  return failed(name, { code, message, remedy, upstream, ...more });
}

function described(problem: Partial<Problem> & { message: string }): Omit<CheckResult, 'name' | 'title' | 'outcome'> {
  const remedy = problem.remedy ?? (problem.code === undefined ? undefined : catalogue[problem.code].remedy);
  return {
    message: problem.message,
    ...(problem.code === undefined ? {} : { code: problem.code }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(problem.upstream === undefined ? {} : { upstream: problem.upstream }),
  };
}

/** A call whose failure is a finding: the answer or the error, thrown only when it is no error of ours. */
export async function attempt<T>(call: Promise<T>): Promise<{ value: T } | { error: PlumblineError }> {
  try {
    return { value: await call };
  } catch (error) {
    if (isPlumblineError(error)) return { error };
    throw error;
  }
}
