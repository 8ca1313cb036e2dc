/**
 * Metrics worth keeping, of both vocabularies; each is asked for only where the server's catalogue has it, because one
 * unknown key fails the whole call. Left out: values as large as documents (`quality_gate_details` is read with the
 * analyses, distributions per file are not kept).
 */
const size =
  'lines ncloc ncloc_language_distribution files functions statements classes comment_lines_density last_commit_date';
const complexity = 'complexity cognitive_complexity';
const coverage =
  'coverage line_coverage branch_coverage lines_to_cover uncovered_lines conditions_to_cover uncovered_conditions tests test_errors test_failures skipped_tests test_execution_time test_success_density';
const duplication = 'duplicated_lines_density duplicated_lines duplicated_blocks duplicated_files';
const issues =
  'violations bugs vulnerabilities code_smells blocker_violations critical_violations major_violations minor_violations info_violations open_issues confirmed_issues reopened_issues accepted_issues false_positive_issues wont_fix_issues high_impact_accepted_issues';
const security =
  'security_hotspots security_hotspots_reviewed security_hotspots_to_review_status security_hotspots_reviewed_status';
const ratings = 'security_rating reliability_rating sqale_rating security_review_rating';
const debt =
  'sqale_index sqale_debt_ratio reliability_remediation_effort security_remediation_effort development_cost effort_to_reach_maintainability_rating_a';
const qualities =
  'security_issues reliability_issues maintainability_issues software_quality_security_issues software_quality_reliability_issues software_quality_maintainability_issues software_quality_blocker_issues software_quality_high_issues software_quality_medium_issues software_quality_low_issues software_quality_info_issues software_quality_security_rating software_quality_reliability_rating software_quality_maintainability_rating software_quality_security_remediation_effort software_quality_reliability_remediation_effort software_quality_maintainability_remediation_effort software_quality_maintainability_debt_ratio';
const gate = 'alert_status';

const overall = [size, complexity, coverage, duplication, issues, security, ratings, debt, qualities, gate].flatMap(
  (line) => line.split(' '),
);

/** New code has most of them again as `new_…`, a few under other names, and two of its own. */
const newCode = [
  ...overall.map((key) => `new_${key}`),
  'new_maintainability_rating',
  'new_technical_debt',
  'pull_request_fixed_issues',
];

const paid =
  'sca_count_any_issue sca_rating_any_issue sca_rating_vulnerability sca_rating_licensing contains_ai_code'.split(' ');

export function wantedMetrics(catalogue: ReadonlySet<string>): string[] {
  return [...overall, ...newCode, ...paid].filter((key) => catalogue.has(key));
}

/** The history has no value of any `new_…` metric, and the gate is read with the analyses. */
export function wantedHistory(catalogue: ReadonlySet<string>): string[] {
  return [...overall, ...paid].filter((key) => catalogue.has(key) && key !== 'alert_status');
}

/** What every version from 9.9 on has: asked for where the catalogue itself is blocked. */
export const certainMetrics: ReadonlySet<string> = new Set(
  'lines ncloc ncloc_language_distribution files complexity cognitive_complexity coverage line_coverage branch_coverage lines_to_cover uncovered_lines tests test_failures duplicated_lines_density duplicated_lines violations bugs vulnerabilities code_smells blocker_violations critical_violations major_violations minor_violations info_violations security_hotspots security_hotspots_reviewed security_rating reliability_rating sqale_rating sqale_index sqale_debt_ratio alert_status new_violations new_bugs new_vulnerabilities new_code_smells new_coverage new_duplicated_lines_density new_lines'.split(
    ' ',
  ),
);
