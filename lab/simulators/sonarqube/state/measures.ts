import { share } from '../../numbers.ts';
import type { Profile } from '../profiles.ts';
import type { GateResult, ImpactSeverity, Severity } from '../types.ts';
import type { IssueCounts } from './count.ts';

const rating = (bySeverity: Record<Severity, number>): string => {
  if (bySeverity.BLOCKER > 0) return '5.0';
  if (bySeverity.CRITICAL > 0) return '4.0';
  if (bySeverity.MAJOR > 0) return '3.0';
  return bySeverity.MINOR > 0 ? '2.0' : '1.0';
};

const sum = (counts: Record<ImpactSeverity, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** Measures of an analysis that follow from its issues, plus plausible sizes drawn from the seed. */
export function measuresOf(
  profile: Profile,
  counts: IssueCounts,
  seed: number,
  gate: GateResult,
): Record<string, string> {
  const measures: Record<string, string> = {
    ncloc: String(100 + Math.floor(share(seed, 1, 30) * 20_000)),
    coverage: (share(seed, 2, 31) * 100).toFixed(1),
    duplicated_lines_density: (share(seed, 3, 32) * 20).toFixed(1),
    violations: String(counts.open),
    bugs: String(counts.byType.BUG),
    vulnerabilities: String(counts.byType.VULNERABILITY),
    code_smells: String(counts.byType.CODE_SMELL),
    blocker_violations: String(counts.bySeverity.BLOCKER),
    critical_violations: String(counts.bySeverity.CRITICAL),
    major_violations: String(counts.bySeverity.MAJOR),
    minor_violations: String(counts.bySeverity.MINOR),
    info_violations: String(counts.bySeverity.INFO),
    open_issues: String(counts.byState.OPEN),
    confirmed_issues: String(counts.byState.CONFIRMED),
    reopened_issues: String(counts.byState.REOPENED),
    false_positive_issues: String(counts.falsePositive),
    security_hotspots: '0',
    security_rating: counts.byType.VULNERABILITY > 0 ? rating(counts.bySeverity) : '1.0',
    reliability_rating: counts.byType.BUG > 0 ? rating(counts.bySeverity) : '1.0',
    sqale_rating: '1.0',
    sqale_index: String(counts.byType.CODE_SMELL * 5),
    alert_status: gate.status === 'NONE' ? 'OK' : gate.status,
    quality_gate_details: gateDetails(gate),
  };
  measures[profile.issueStatus ? 'accepted_issues' : 'wont_fix_issues'] = String(counts.accepted);
  return { ...measures, ...qualityMeasures(profile, counts) };
}

function qualityMeasures(profile: Profile, counts: IssueCounts): Record<string, string> {
  const measures: Record<string, string> = {};
  const names = { SECURITY: 'security', RELIABILITY: 'reliability', MAINTAINABILITY: 'maintainability' } as const;
  for (const quality of ['SECURITY', 'RELIABILITY', 'MAINTAINABILITY'] as const) {
    const byImpact = counts.byQuality[quality];
    const total = sum(byImpact);
    if (profile.metrics.issuesJson) measures[`${names[quality]}_issues`] = JSON.stringify({ ...byImpact, total });
    if (profile.metrics.softwareQualityRatings)
      measures[`software_quality_${names[quality]}_rating`] = total > 0 ? '3.0' : '1.0';
    if (profile.metrics.softwareQualityCounts) measures[`software_quality_${names[quality]}_issues`] = String(total);
  }
  if (!profile.metrics.softwareQualityCounts) return measures;
  for (const severity of ['BLOCKER', 'HIGH', 'MEDIUM', 'LOW', 'INFO'] as const) {
    const all = Object.values(counts.byQuality).reduce((total, byImpact) => total + byImpact[severity], 0);
    measures[`software_quality_${severity.toLowerCase()}_issues`] = String(all);
  }
  return measures;
}

/** The JSON text of the metric `quality_gate_details`. */
function gateDetails(gate: GateResult): string {
  return JSON.stringify({
    level: gate.status === 'NONE' ? 'OK' : gate.status,
    conditions: gate.conditions.map((condition) => ({
      metric: condition.metric,
      op: condition.comparator,
      ...(condition.metric.startsWith('new_') ? { period: 1 } : {}),
      error: condition.threshold,
      ...(condition.actual === undefined ? {} : { actual: condition.actual }),
      level: condition.status,
    })),
    ignoredConditions: gate.ignoredConditions ?? false,
  });
}
