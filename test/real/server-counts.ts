import { expect } from 'vitest';
import { type ApiAccess, get } from '../../lab/sonarqube/web-api.ts';
import type { Mode } from './server-mode.ts';

export const severityOfImpact = {
  BLOCKER: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  INFO: 'low',
} as const;
export const severityOfType = {
  BLOCKER: 'critical',
  CRITICAL: 'high',
  MAJOR: 'medium',
  MINOR: 'low',
  INFO: 'low',
} as const;
export type Counts = Record<'critical' | 'high' | 'medium' | 'low' | 'total', number>;

export interface Point {
  day: string;
  /** Null where the server tells a number alone. */
  levels: Counts | null;
  total: number;
}

interface History {
  measures: { metric: string; history: { date: string; value?: string }[] }[];
}

/** As the server tells it: by severity, or on 9.9 a number. */
export async function securityHistory(admin: ApiAccess, project: string): Promise<Point[]> {
  const { metrics } = await get<{ metrics: { key: string }[] }>(admin, 'api/metrics/search', { ps: 500 });
  const metric = metrics.some(({ key }) => key === 'security_issues') ? 'security_issues' : 'vulnerabilities';
  const { measures } = await get<History>(admin, 'api/measures/search_history', {
    component: project,
    metrics: metric,
    ps: 1000,
  });
  return (measures[0]?.history ?? []).map(({ date, value = '' }) => {
    const day = new Date(date.replace(/(\d\d)(\d\d)$/, '$1:$2')).toISOString().slice(0, 10);
    if (metric === 'vulnerabilities') return { day, levels: null, total: Number(value) };
    const told = JSON.parse(value) as Record<keyof typeof severityOfImpact | 'total', number>;
    return { day, levels: sumOf(told, severityOfImpact, told.total), total: told.total };
  });
}

export function sumOf(
  told: Readonly<Record<string, number>>,
  severities: Readonly<Record<string, keyof Counts>>,
  total: number,
): Counts {
  const counts: Counts = { critical: 0, high: 0, medium: 0, low: 0, total };
  for (const [level, severity] of Object.entries(severities)) counts[severity] += told[level] ?? 0;
  return counts;
}

/** At the end of a day; of a number alone only that number is compared. */
export function countsAt(history: readonly Point[], day: string): Record<string, number> {
  const point = history.findLast((one) => one.day <= day);
  if (point === undefined) return { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, total: 0 };
  if (point.levels !== null) return { ...point.levels, unknown: 0 };
  const any = expect.any(Number) as number;
  return { critical: any, high: any, medium: any, low: any, unknown: any, total: point.total };
}

export async function modeOf(admin: ApiAccess): Promise<Mode> {
  const answer = await get<{ mode: Mode }>(admin, 'api/v2/clean-code-policy/mode').catch(() => null);
  return answer?.mode ?? 'STANDARD_EXPERIENCE';
}

/** What the server answers to the question its own page asks: open ones of security, by severity. */
export async function openOnServer(admin: ApiAccess, projects: readonly string[], mode: Mode): Promise<Counts> {
  const isMqr = mode === 'MQR';
  const facet = isMqr ? 'impactSeverities' : 'severities';
  const which = isMqr ? { impactSoftwareQualities: 'SECURITY' } : { types: 'VULNERABILITY' };
  const found = await get<{
    paging: { total: number };
    facets: { property: string; values: { val: string; count: number }[] }[];
  }>(admin, 'api/issues/search', {
    componentKeys: projects.join(','),
    resolved: 'false',
    facets: facet,
    ps: 1,
    ...which,
  });
  const levels = Object.fromEntries((found.facets[0]?.values ?? []).map(({ val, count }) => [val, count]));
  return sumOf(levels, isMqr ? severityOfImpact : severityOfType, found.paging.total);
}
