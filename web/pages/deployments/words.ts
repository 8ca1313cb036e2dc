import type {
  Deployment,
  DeploymentState,
  Doubt,
  EnvironmentType,
} from '../../../src/features/deployments/contract.ts';
import type { Tone } from '../../components/chips.tsx';

export const stateLooks: Record<DeploymentState, readonly [Tone, string, string]> = {
  waiting: ['none', '◷', 'Waiting'],
  running: ['active', '◔', 'Under way'],
  succeeded: ['passed', '✓', 'Succeeded'],
  failed: ['failed', '✕', 'Failed'],
  aborted: ['warn', '⊘', 'Aborted'],
  skipped: ['none', '–', 'Skipped'],
  unknown: ['warn', '?', 'Not known'],
  rolled_back: ['failed', '↶', 'Rolled back'],
};

/** What stands beside what succeeded last, and the sentence that says why. */
export const doubtWords: Record<Doubt, readonly [Tone, string, string, string]> = {
  in_progress: ['active', '◔', 'Changing', 'Since the last success a deployment, or taking one back, is under way.'],
  aborted: [
    'warn',
    '⊘',
    'Aborted since',
    'Since the last success a deployment was broken off; what it left behind is not known.',
  ],
  unknown: ['warn', '?', 'Not certain', 'Since the last success a deployment ended in a way that nobody told.'],
  failed: [
    'failed',
    '✕',
    'Failed since',
    'Since the last success a deployment failed, and nothing says that it was taken back.',
  ],
  rollback_failed: ['failed', '✕', 'Rollback failed', 'Since the last success taking back a deployment did not work.'],
};

export const typeLabel: Record<EnvironmentType | 'none', string> = {
  production: 'Production',
  pre_production: 'Before production',
  none: 'No type told',
};

/** The shortest that tells one deployment of a service from another. */
export function whatRan({ image, version, commit }: Deployment): string {
  const reference = image?.reference ?? null;
  const tag = reference === null ? undefined : /:([\w.-]+)$/.exec(reference)?.[1];
  if (tag !== undefined) return tag;
  if (version !== null) return version;
  if (image?.digest != null) return image.digest.slice(0, 19);
  return reference ?? commit?.slice(0, 12) ?? 'not told';
}

export const serviceName = ({ service }: Pick<Deployment, 'service'>): string =>
  service.name === '' ? 'no service named' : service.name;

export const environmentName = ({ environment }: Pick<Deployment, 'environment'>): string =>
  environment.name === '' ? 'no environment named' : environment.name;

/** With its type, where the name does not say it already. */
export function environmentWords(deployment: Pick<Deployment, 'environment'>): string {
  const [name, type] = [environmentName(deployment), typeLabel[deployment.environment.type ?? 'none']];
  return name.toLowerCase() === type.toLowerCase() ? name : `${name} (${type})`;
}

/** Where it is defined, or who tells of it. */
export const scopeWords = ({ service, integration }: Pick<Deployment, 'service' | 'integration'>): string =>
  integration === null ? 'reported' : [integration.name, service.scope].filter((part) => part !== '').join(' · ');
