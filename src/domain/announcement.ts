/** Health of an integration, in the words of the field. */
export const healthLabels = [
  'HEALTHY',
  'NEEDS_ATTENTION',
  'CRITICAL',
  'OFFLINE_SATELLITE',
  'PAUSED',
  'UNKNOWN',
  'DELETING',
] as const;
export type HealthLabel = (typeof healthLabels)[number];

/** What outside programs can be told of. `data` is sent as it stands, so it holds no secret and only snake case. */
export interface AnnouncedData {
  'health.changed': {
    integration: { id: number; name: string; kind: string };
    before: HealthLabel;
    after: HealthLabel;
    reasons: { code: string; message: string }[];
  };
  'policy.changed': {
    image: { reference: string; digest: string };
    policy: string;
    before: string | null;
    after: string;
    reason: string | null;
  };
  'gate.changed': {
    project: { id: number; key: string; name: string };
    /** Branch or pull request. */
    scope: string;
    before: string | null;
    after: string;
    revision: string | null;
  };
  'report.changed': {
    pull_request: { repository: string; number: number; title: string };
    project: { id: number; key: string; name: string };
    report_key: string;
    commit: string;
    /** True: a person should look; false: that is over. */
    failing: boolean;
    /** published, waiting, skipped or failed. */
    state: string;
    /** PASS or FAIL, as it lies on the server; null: nothing, or nobody knows. */
    result: string | null;
    error: { code: string; message: string } | null;
  };
}

export type AnnouncedType = keyof AnnouncedData;

export type Announcement = { [Type in AnnouncedType]: { type: Type; data: AnnouncedData[Type] } }[AnnouncedType];
