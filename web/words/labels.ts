import type { AssetType, FindingList, Severity } from '../../src/features/insights/contract.ts';
import type { IntegrationHealth, Run, Task } from '../../src/features/ingestion/contract.ts';
import type { Role } from '../../src/features/access/contract.ts';

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'unrated'];

export const severityLabel: Record<Severity, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  unrated: 'Unrated',
};

export const assetTypes: readonly AssetType[] = ['repository', 'iac_file', 'container_image', 'cli'];

export const assetTypeLabel: Record<AssetType, string> = {
  repository: 'Repository',
  iac_file: 'IaC file',
  container_image: 'Container image',
  cli: 'CLI',
};

export const findingLists: readonly FindingList[] = ['open', 'accepted', 'false_positive', 'hotspots'];

export const findingListLabel: Record<FindingList, string> = {
  open: 'Open vulnerabilities',
  accepted: 'Accepted',
  false_positive: 'False positives',
  hotspots: 'Hotspots to review',
};

export const healthLabel: Record<IntegrationHealth['health'], string> = {
  HEALTHY: 'Healthy',
  NEEDS_ATTENTION: 'Needs attention',
  CRITICAL: 'Critical',
  OFFLINE_SATELLITE: 'Offline satellite',
  PAUSED: 'Paused',
  UNKNOWN: 'Unknown',
  DELETING: 'Deleting',
};

export const runKinds = ['backfill', 'full_sync', 'incremental_sync', 'webhook', 'aggregation', 'audit'] as const;

export const runKindLabel: Record<Run['kind'], string> = {
  backfill: 'Backfill',
  full_sync: 'Full sync',
  incremental_sync: 'Incremental sync',
  webhook: 'Webhook',
  aggregation: 'Aggregation',
  audit: 'Audit',
};

export const runStatuses = ['scheduled', 'pending', 'running', 'success', 'partial', 'failed', 'cancelled'] as const;

export const runStatusLabel: Record<Run['status'] | Task['status'], string> = {
  scheduled: 'Scheduled',
  pending: 'Pending',
  running: 'Running',
  success: 'Success',
  partial: 'Partial',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const roles: readonly Role[] = ['admin', 'team_manager', 'viewer'];

export const roleLabel: Record<Role, string> = {
  admin: 'Administrator',
  team_manager: 'Team manager',
  viewer: 'Viewer',
};

export const roleExplanation: Record<Role, string> = {
  admin: 'Everything: integrations, credentials, people and settings.',
  team_manager: 'Reads everything, people and audit trail included; changes own teams.',
  viewer: 'Reads everything but people and audit trail.',
};

/** `issue_count` -> `Issue count`, for names that only the server knows. */
export function sentenceCase(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const axisWords = {
  impact: 'impact on a software quality',
  standard: 'standard severity',
  probability: 'probability',
} as const;

/** SonarQube's own level, and the scale it is on. */
export function levelWords(finding: { sourceLevel: string; severitySource: keyof typeof axisWords }): string {
  return `${finding.sourceLevel} (${axisWords[finding.severitySource]})`;
}
