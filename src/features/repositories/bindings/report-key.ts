import { createHash } from 'node:crypto';
import { reportLimits } from '../../../connectors/contract.ts';

/** As documented for a repository of one project. */
export const plainKey = 'com.sonarsource.sonarqube';

/** As documented for mono repositories; the server refuses it where the project’s key is long. */
export const documentedKey = (projectKey: string): string => `${plainKey}_${projectKey}`;

/**
 * The key of a project’s report, which an administrator enters as the required one. In a mono repository each project
 * has its own. A key that the server would refuse is cut, with a digest of the
 * whole project key behind it, so that two projects never share one.
 */
export function reportKey(projectKey: string, { mono }: { mono: boolean }): string {
  if (!mono) return plainKey;
  const whole = documentedKey(projectKey);
  if (whole.length <= reportLimits.key) return whole;
  const digest = createHash('sha256').update(projectKey, 'utf8').digest('hex').slice(0, 8);
  return `${documentedKey(projectKey.slice(0, 15))}-${digest}`;
}

/** A key that a person chose instead. */
export const isReportKey = (text: string): boolean => /^[A-Za-z0-9._:-]{1,50}$/.test(text);
