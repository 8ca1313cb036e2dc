import catalogue from './metrics-26.9.json' with { type: 'json' };
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
const isSince104 = (key: string): boolean => /^(new_)?accepted_issues$|prioritized_rule/.test(key);

/** The catalogue of the real 26.9, less what a version does not have yet. */
export function metricsOf(profile: Profile): Metric[] {
  const metrics: Metric[] = catalogue.filter(({ key }) => {
    if (isIssuesJson(key)) return profile.metrics.issuesJson;
    if (is26Only(key)) return profile.issueMembers26;
    if (isQualityCount(key)) return profile.metrics.softwareQualityCounts;
    if (isQualityRating(key)) return profile.metrics.softwareQualityRatings;
    return !isSince104(key) || profile.issueStatus;
  });
  return profile.issueStatus ? metrics : [...metrics, wontFix];
}

/** The name of `accepted_issues` before 10.4. */
const wontFix: Metric = {
  key: 'wont_fix_issues',
  type: 'INT',
  name: "Won't Fix Issues",
  domain: 'Issues',
  direction: -1,
  qualitative: false,
  hidden: false,
};
