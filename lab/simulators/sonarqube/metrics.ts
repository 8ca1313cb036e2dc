import catalogue from './metrics-26.9.json' with { type: 'json' };
import oldMetrics from './metrics-until-9.9.json' with { type: 'json' };
import type { Profile } from './profiles.ts';

export interface Metric {
  key: string;
  type: string;
  name: string;
  domain: string;
  direction: number;
  qualitative: boolean;
  hidden: boolean;
  decimalScale?: number;
}

const qualities = ['security', 'reliability', 'maintainability'];

/** Metrics whose type is DATA but which `component_tree` answers nevertheless. */
export const treeDataMetrics = qualities.flatMap((quality) => [`${quality}_issues`, `new_${quality}_issues`]);

const isQualityRating = (key: string): boolean => /^(new_)?software_quality_.*(rating|effort|ratio)/.test(key);
const isQualityCount = (key: string): boolean => /^(new_)?software_quality_.*_issues$/.test(key);
const isIssuesJson = (key: string): boolean => treeDataMetrics.includes(key);
const is26Only = (key: string): boolean => /sandbox|software_quality_maintainability_rating_a/.test(key);
const isSince10 = (key: string): boolean =>
  /accepted_issues$|prioritized_rule|pull_request_fixed_issues|_severity$|^new_ncloc$/.test(key);

/** The catalogue of the real 26.9, less what a version does not have yet, and what 9.9 still has. */
export function metricsOf(profile: Profile): Metric[] {
  const metrics: Metric[] = catalogue.filter(({ key }) => {
    if (isIssuesJson(key)) return profile.metrics.issuesJson;
    if (is26Only(key)) return profile.issueMembers26;
    if (isQualityCount(key)) return profile.metrics.softwareQualityCounts;
    if (isQualityRating(key)) return profile.metrics.softwareQualityRatings;
    return !isSince10(key) || profile.issueStatus;
  });
  return profile.issueStatus ? metrics : [...metrics, ...oldMetrics];
}
