import { catalogue, isPlumblineError, type PlumblineError } from '../../../platform/errors/index.ts';
import type { CheckResult } from '../../contract.ts';

/** Titles of the checks, in the order in which they run. */
const titles = {
  reachable: 'The address answers',
  tls_trusted: 'The TLS certificate is trusted',
  is_registry: 'An image registry answers there',
  credential_valid: 'The credential is accepted',
  list_repositories: 'Repositories can be listed',
  named_repositories: 'Every named repository exists and can be read',
  read_manifests: 'Manifests can be read',
  attachments: 'How attached provenance is found',
  signatures: 'Signatures can be verified',
} as const;

export type CheckName = keyof typeof titles;
export const checkNames = Object.keys(titles) as CheckName[];

export function ok(name: CheckName, message: string): CheckResult {
  return { name, title: titles[name], outcome: 'ok', message };
}

export function skipped(name: CheckName, message: string): CheckResult {
  return { name, title: titles[name], outcome: 'skipped', message };
}

/** What was found is worth a word, and no reason not to save. */
export function warning(
  name: CheckName,
  message: string,
  more: { code?: PlumblineError['code']; remedy?: string } = {},
): CheckResult {
  const remedy = more.remedy ?? (more.code === undefined ? undefined : catalogue[more.code].remedy);
  return {
    name,
    title: titles[name],
    outcome: 'warning',
    saveAllowed: true,
    message,
    ...(more.code === undefined ? {} : { code: more.code }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

export function failedBy(
  name: CheckName,
  error: PlumblineError,
  more: { message?: string; remedy?: string } = {},
): CheckResult {
  const { code, message, remedy, upstream } = error;
  return {
    name,
    title: titles[name],
    outcome: 'failed',
    saveAllowed: false,
    code,
    message: more.message ?? message,
    remedy: more.remedy ?? remedy,
    ...(upstream === undefined ? {} : { upstream }),
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
