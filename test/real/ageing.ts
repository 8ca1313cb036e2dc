import { expect } from 'vitest';
import { doTransition } from '../../lab/sonarqube/admin.ts';
import { type ApiAccess, get } from '../../lab/sonarqube/web-api.ts';
import type {
  SecurityAges,
  SecurityResolveTimes,
  SecuritySummary,
  SecurityTargets,
} from '../../src/features/insights/contract.ts';
import { daysBetween } from '../../src/domain/time-buckets.ts';
import { severityOfImpact } from './server-counts.ts';

/** As the server itself tells an issue: nothing of it comes from us. */
interface Told {
  key: string;
  component: string;
  creationDate: string;
  closeDate?: string;
  issueStatus: string;
  impacts: { softwareQuality: string; severity: keyof typeof severityOfImpact }[];
}

const severities = ['critical', 'high', 'medium', 'low'] as const;
const bounds = [7, 30, 90, 365];

const dayOf = (date: string): string => new Date(date.replace(/(\d\d)(\d\d)$/, '$1:$2')).toISOString().slice(0, 10);

/** All of a project that concern security, in every status. */
export async function toldIssues(admin: ApiAccess, project: string): Promise<Told[]> {
  const answer = await get<{ issues: Told[] }>(admin, 'api/issues/search', {
    componentKeys: project,
    impactSoftwareQualities: 'SECURITY',
    ps: 500,
  });
  return answer.issues;
}

const severityOf = ({ impacts }: Told): (typeof severities)[number] =>
  severityOfImpact[impacts.find(({ softwareQuality }) => softwareQuality === 'SECURITY')?.severity ?? 'INFO'];

export interface Marked {
  accepted: string[];
  reopened: string[];
  falsePositive: string[];
}

/**
 * Some are accepted, one of those is opened again after `look`, which is when the acceptance was seen, and some are marked;
 * of those that `spares` leaves alone none.
 */
export async function mark(
  admin: ApiAccess,
  project: string,
  { spares, look }: { spares: (told: Told) => boolean; look: () => Promise<void> },
): Promise<Marked> {
  const open = (await toldIssues(admin, project)).filter((one) => one.issueStatus === 'OPEN' && !spares(one));
  const [first, second, third, fourth, fifth] = open.map(({ key }) => key) as [string, string, string, string, string];
  for (const key of [first, second, third]) await doTransition(admin, key, 'accept');
  await look();
  await doTransition(admin, third, 'reopen');
  for (const key of [fourth, fifth]) await doTransition(admin, key, 'falsepositive');
  return { accepted: [first, second], reopened: [third], falsePositive: [fourth, fifth] };
}

type Ask = <Answer>(what: string, query?: string) => Promise<Answer>;

interface Asked {
  admin: ApiAccess;
  project: string;
  marked: Marked;
  /** Days within which what is open is to be resolved. */
  targets: Readonly<Record<(typeof severities)[number], number>>;
  /** What counts as resolved beside what was fixed. */
  counts: { accepted: boolean; falsePositive: boolean };
}

/** Ages, targets and times to resolve, each held against a count of what the server tells of every issue. */
export async function expectAgesAsTheServer(ask: Ask, { admin, project, marked, targets, counts }: Asked) {
  const today = new Date().toISOString().slice(0, 10);
  const told = await toldIssues(admin, project);
  const open = told.filter(({ issueStatus }) => ['OPEN', 'CONFIRMED'].includes(issueStatus));
  const age = ({ creationDate }: Told): number => daysBetween(dayOf(creationDate), today);
  const ages = await ask<SecurityAges>('ages');
  for (const [place, { open: counted }] of ages.buckets.entries()) {
    const aged = open.filter((one) => bounds.filter((bound) => age(one) > bound).length === place);
    const wanted = severities.map((severity) => aged.filter((one) => severityOf(one) === severity).length);
    expect([place, severities.map((severity) => counted[severity])]).toEqual([place, wanted]);
  }
  const summary = await ask<SecuritySummary>('summary');
  expect(summary.total.open).toBe(open.length);
  const standing = await ask<SecurityTargets>('targets');
  const broken = open.filter((one) => age(one) > targets[severityOf(one)]).length;
  expect(standing.open).toMatchObject({ total: open.length, broken });
  // The first reading was today: of what was resolved before nobody tells how long it took.
  const ended = told.flatMap((one) => {
    const marks = [
      ...(counts.accepted ? [...marked.accepted, ...marked.reopened] : []),
      ...(counts.falsePositive ? marked.falsePositive : []),
    ];
    const days = age(one);
    const aside = [...marked.accepted, ...marked.falsePositive].includes(one.key);
    const isFixed = one.closeDate !== undefined && dayOf(one.closeDate) === today && !aside;
    return [
      ...(marks.includes(one.key) ? [{ severity: severityOf(one), days }] : []),
      // What was open again after an end that counts begins anew: today.
      ...(isFixed ? [{ severity: severityOf(one), days: marks.includes(one.key) ? 0 : days }] : []),
    ];
  });
  const { times } = await ask<SecurityResolveTimes>('resolve-times', '&granularity=month&preset=3m');
  const mean = (days: readonly number[]): number | null =>
    days.length === 0 ? null : Math.round((10 * days.reduce((sum, one) => sum + one, 0)) / days.length) / 10;
  for (const severity of ['all', ...severities] as const) {
    const own = ended.filter((one) => severity === 'all' || one.severity === severity).map(({ days }) => days);
    const { resolved, mean: shown } = times[severity];
    expect([severity, resolved, shown]).toEqual([severity, own.length, mean(own)]);
  }
  return { open: open.length, broken, ended: ended.length };
}
