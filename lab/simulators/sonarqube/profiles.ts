export const profileNames = ['9.9', '10.7', '2025.1', '26.9', '26.9-developer', 'cloud'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What a version and edition of the server can do; everything the answers depend on is a field here. */
export interface Profile {
  name: ProfileName;
  version: string;
  edition: 'community' | 'developer' | 'cloud';
  cloud: boolean;
  /** `Authorization: Bearer` (10.0). */
  bearer: boolean;
  /** `/api/v2` (10.x, partly). */
  v2: boolean;
  /** Mode switch MQR / Standard (10.8). */
  modes: boolean;
  /** `components` as a name of `componentKeys` (10.2). */
  componentsParameter: boolean;
  /** Members and filters of 10.2: impacts, clean code attributes. */
  impacts: boolean;
  /** Impact severities INFO and BLOCKER (10.8). */
  fiveImpactSeverities: boolean;
  /** `issueStatus`, `issueStatuses` (10.4). */
  issueStatus: boolean;
  /** IN_SANDBOX, `fromSonarQubeUpdate`, `internalTags`, `linkedTicketStatus` (26.x). */
  issueMembers26: boolean;
  prioritizedRule: boolean;
  codeVariants: boolean;
  /** Keys are UUIDs (10.x), before that base64-like. */
  uuidKeys: boolean;
  /** `issues/list`, `hotspots/list` (10.2; not on Cloud). */
  lists: boolean;
  /** `issues/pull`, `pull_taint` (9.5; not on Cloud). */
  pull: boolean;
  /** `hotspots/search?project=` (10.2), before only `projectKey`. */
  hotspotsProjectParameter: boolean;
  /** New analyses raise hotspots (before 2026.4). */
  raisesHotspots: boolean;
  /** Branches besides the main one, and pull requests. */
  branches: boolean;
  /** `branchId` (10.6). */
  branchId: boolean;
  /** `managed` in projects/search (10.2). */
  managed: boolean;
  /** `projectUuid` in projects/search (2025.6). */
  projectUuid: boolean;
  /** `projects/search?projectKeys=` (2026.3), before `projects`. */
  projectKeysParameter: boolean;
  /** `measures/component` for Execute Analysis only (2025.2). */
  scanReadsMeasures: boolean;
  /** `search_projects` shows a project analysis token its own project only (not on 9.9). */
  projectTokenListsOwn: boolean;
  /** Members that 9.9 does not have yet: `isDefault` and `isCaycCondition` of gates, `infoMessages`, `documentationUrl`. */
  membersOf10: boolean;
  /** Largest number of metrics in `component_tree`: 15, 25, 75. */
  treeMetrics: number;
  /** Text of that limit: 10.7 and before say "can contains". */
  treeMetricsVerb: 'can contain' | 'can contains';
  /** `periods` (until 9.x). */
  periods: boolean;
  /** `webhooks/list` answers the secret in clear text (9.9). */
  webhookSecretInClear: boolean;
  /** Metrics of the software qualities: `software_quality_*` (10.7 ratings, 10.8 counts), `*_issues` JSON (10.4). */
  metrics: { issuesJson: boolean; softwareQualityRatings: boolean; softwareQualityCounts: boolean };
  /** Totals of `issues/search` stop at 10,000. */
  cappedTotals: boolean;
  /** Requests per minute before 429; null = unlimited. */
  requestsPerMinute: number | null;
}

const v269: Profile = {
  name: '26.9',
  version: '26.9.0.129388',
  edition: 'community',
  cloud: false,
  bearer: true,
  v2: true,
  modes: true,
  componentsParameter: true,
  impacts: true,
  fiveImpactSeverities: true,
  issueStatus: true,
  issueMembers26: true,
  prioritizedRule: true,
  codeVariants: true,
  uuidKeys: true,
  lists: true,
  pull: true,
  hotspotsProjectParameter: true,
  raisesHotspots: false,
  branches: false,
  branchId: true,
  managed: true,
  projectUuid: true,
  projectKeysParameter: true,
  scanReadsMeasures: true,
  projectTokenListsOwn: true,
  membersOf10: true,
  treeMetrics: 75,
  treeMetricsVerb: 'can contain',
  periods: false,
  webhookSecretInClear: false,
  metrics: { issuesJson: true, softwareQualityRatings: true, softwareQualityCounts: true },
  cappedTotals: false,
  requestsPerMinute: null,
};

const v2025: Profile = {
  ...v269,
  name: '2025.1',
  version: '2025.1.0.102418',
  edition: 'developer',
  issueMembers26: false,
  raisesHotspots: true,
  branches: true,
  projectUuid: false,
  projectKeysParameter: false,
  scanReadsMeasures: false,
};

const v107: Profile = {
  ...v2025,
  name: '10.7',
  version: '10.7.0.96327',
  edition: 'community',
  modes: false,
  fiveImpactSeverities: false,
  branches: false,
  treeMetrics: 25,
  treeMetricsVerb: 'can contains',
  metrics: { issuesJson: true, softwareQualityRatings: true, softwareQualityCounts: false },
};

const v99: Profile = {
  ...v107,
  name: '9.9',
  version: '9.9.0.65466',
  bearer: false,
  v2: false,
  componentsParameter: false,
  impacts: false,
  issueStatus: false,
  prioritizedRule: false,
  codeVariants: false,
  uuidKeys: false,
  lists: false,
  hotspotsProjectParameter: false,
  branchId: false,
  managed: false,
  projectTokenListsOwn: false,
  membersOf10: false,
  treeMetrics: 15,
  periods: true,
  webhookSecretInClear: true,
  metrics: { issuesJson: false, softwareQualityRatings: false, softwareQualityCounts: false },
};

const cloud: Profile = {
  ...v2025,
  name: 'cloud',
  version: '8.0.0.71234',
  edition: 'cloud',
  cloud: true,
  v2: false,
  componentsParameter: false,
  lists: false,
  pull: false,
  cappedTotals: true,
  requestsPerMinute: 1000,
};

const profiles: Record<ProfileName, Profile> = {
  '9.9': v99,
  '10.7': v107,
  '2025.1': v2025,
  '26.9': v269,
  '26.9-developer': { ...v269, name: '26.9-developer', edition: 'developer', branches: true },
  cloud,
};

export function profile(name: ProfileName): Profile {
  return profiles[name];
}
