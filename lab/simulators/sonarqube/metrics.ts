import type { Profile } from './profiles.ts';

export interface Metric {
  key: string;
  type: string;
  name: string;
  domain: string;
  direction: -1 | 0 | 1;
  qualitative: boolean;
  hidden: boolean;
}

type Row = [key: string, type: string, domain: string, direction: -1 | 0 | 1];

/** A subset of the vendor's catalogue: what a reader of issues, ratings, sizes and gates uses. */
const everywhere: readonly Row[] = [
  ['ncloc', 'INT', 'Size', -1],
  ['lines', 'INT', 'Size', -1],
  ['ncloc_language_distribution', 'DATA', 'Size', 0],
  ['files', 'INT', 'Size', -1],
  ['complexity', 'INT', 'Complexity', -1],
  ['cognitive_complexity', 'INT', 'Complexity', -1],
  ['coverage', 'PERCENT', 'Coverage', 1],
  ['line_coverage', 'PERCENT', 'Coverage', 1],
  ['branch_coverage', 'PERCENT', 'Coverage', 1],
  ['tests', 'INT', 'Coverage', 1],
  ['test_failures', 'INT', 'Coverage', -1],
  ['duplicated_lines_density', 'PERCENT', 'Duplications', -1],
  ['violations', 'INT', 'Issues', -1],
  ['blocker_violations', 'INT', 'Issues', -1],
  ['critical_violations', 'INT', 'Issues', -1],
  ['major_violations', 'INT', 'Issues', -1],
  ['minor_violations', 'INT', 'Issues', -1],
  ['info_violations', 'INT', 'Issues', -1],
  ['open_issues', 'INT', 'Issues', -1],
  ['confirmed_issues', 'INT', 'Issues', -1],
  ['reopened_issues', 'INT', 'Issues', -1],
  ['false_positive_issues', 'INT', 'Issues', -1],
  ['bugs', 'INT', 'Reliability', -1],
  ['vulnerabilities', 'INT', 'Security', -1],
  ['code_smells', 'INT', 'Maintainability', -1],
  ['security_rating', 'RATING', 'Security', -1],
  ['reliability_rating', 'RATING', 'Reliability', -1],
  ['sqale_rating', 'RATING', 'Maintainability', -1],
  ['sqale_index', 'WORK_DUR', 'Maintainability', -1],
  ['sqale_debt_ratio', 'PERCENT', 'Maintainability', -1],
  ['security_remediation_effort', 'WORK_DUR', 'Security', -1],
  ['reliability_remediation_effort', 'WORK_DUR', 'Reliability', -1],
  ['security_hotspots', 'INT', 'SecurityReview', -1],
  ['security_hotspots_reviewed', 'PERCENT', 'SecurityReview', 1],
  ['security_review_rating', 'RATING', 'SecurityReview', -1],
  ['alert_status', 'LEVEL', 'Releasability', 1],
  ['quality_gate_details', 'DATA', 'General', 0],
  ['last_commit_date', 'MILLISEC', 'SCM', 0],
  ['pull_request_fixed_issues', 'INT', 'Issues', 1],
];

const newCode: readonly Row[] = [
  ['new_violations', 'INT', 'Issues', -1],
  ['new_bugs', 'INT', 'Reliability', -1],
  ['new_vulnerabilities', 'INT', 'Security', -1],
  ['new_code_smells', 'INT', 'Maintainability', -1],
  ['new_security_hotspots', 'INT', 'SecurityReview', -1],
  ['new_security_hotspots_reviewed', 'PERCENT', 'SecurityReview', 1],
  ['new_coverage', 'PERCENT', 'Coverage', 1],
  ['new_lines_to_cover', 'INT', 'Coverage', -1],
  ['new_duplicated_lines_density', 'PERCENT', 'Duplications', -1],
  ['new_lines', 'INT', 'Size', -1],
  ['new_security_rating', 'RATING', 'Security', -1],
  ['new_reliability_rating', 'RATING', 'Reliability', -1],
  ['new_maintainability_rating', 'RATING', 'Maintainability', -1],
];

const qualities = ['security', 'reliability', 'maintainability'];

function versioned(profile: Profile): Row[] {
  const rows: Row[] = [[profile.issueStatus ? 'accepted_issues' : 'wont_fix_issues', 'INT', 'Issues', -1]];
  for (const quality of qualities) {
    const domain = `${quality[0]?.toUpperCase()}${quality.slice(1)}`;
    if (profile.metrics.issuesJson) rows.push([`${quality}_issues`, 'DATA', domain, -1]);
    if (profile.metrics.softwareQualityRatings) rows.push([`software_quality_${quality}_rating`, 'RATING', domain, -1]);
    if (profile.metrics.softwareQualityCounts) rows.push([`software_quality_${quality}_issues`, 'INT', domain, -1]);
  }
  if (profile.metrics.softwareQualityCounts)
    for (const severity of ['blocker', 'high', 'medium', 'low', 'info'])
      rows.push([`software_quality_${severity}_issues`, 'INT', 'Issues', -1]);
  return rows;
}

/** Metrics whose type is DATA but which `component_tree` answers nevertheless. */
export const treeDataMetrics = qualities.flatMap((quality) => [`${quality}_issues`, `new_${quality}_issues`]);

export function metricsOf(profile: Profile): Metric[] {
  return [...everywhere, ...newCode, ...versioned(profile)].map(([key, type, domain, direction]) => ({
    key,
    type,
    name: `${key[0]?.toUpperCase()}${key.slice(1).replaceAll('_', ' ')}`,
    domain,
    direction,
    qualitative: type === 'RATING' || type === 'LEVEL',
    hidden: key === 'last_commit_date',
  }));
}
