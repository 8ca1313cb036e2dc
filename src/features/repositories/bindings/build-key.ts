import { createHash } from 'node:crypto';
import { buildLimits } from '../../../connectors/contract.ts';

/**
 * Key of the build that a project's reports are shown as, and what a condition of required builds names. In a mono
 * repository each project has its own; one that the server would refuse is cut, with a digest of the whole behind it.
 */
export function buildKeyOf({ projectKey, mono }: { projectKey: string; mono: boolean }): string {
  if (!mono) return 'sonarqube';
  const whole = `sonarqube.${projectKey}`;
  if (whole.length <= buildLimits.key) return whole;
  const digest = createHash('sha256').update(projectKey, 'utf8').digest('hex').slice(0, 16);
  return `${whole.slice(0, buildLimits.key - 17)}-${digest}`;
}
