import { createHash } from 'node:crypto';
import type { Evidence } from '../contract.ts';
import type { ImageFact, Target, TeamFact } from './facts.ts';
import type { Judged } from './judge.ts';
import type { Said } from './said.ts';
import type { OpenCounts } from './vulnerabilities.ts';

/** One row of `running.verdicts`, by the names of its columns. */
export interface DerivedRow {
  row_key: string;
  place_id: number | null;
  deployment_id: number | null;
  environment_image_id: number | null;
  service: string;
  environment: string;
  environment_type: string | null;
  infrastructure: string | null;
  integration_id: number | null;
  image_id: number | null;
  registry_id: number | null;
  repository_id: number | null;
  repository: string | null;
  digest: string | null;
  reference: string | null;
  commit: string | null;
  certainty: string | null;
  verdict: string;
  reason: string;
  said_by: string | null;
  doubt: string | null;
  runs_since: Date;
  failing_since: Date | null;
  newest_fact_at: Date;
  critical: number | null;
  high: number | null;
  medium: number | null;
  low: number | null;
  criticals_since: Date | null;
  integration_ids: number[];
  project_ids: number[];
  team_ids: number[];
  teams: string[];
  evidence: Evidence;
  hash: string;
}

export interface Running {
  target: Target;
  image: ImageFact | null;
  said: Said | undefined;
  links: Evidence['links'];
  judged: Judged;
  commits: readonly string[];
}

export function rowOf(
  { target, image, said, links, judged, commits }: Running,
  counts: ReadonlyMap<number, OpenCounts>,
  teams: readonly TeamFact[],
): DerivedRow {
  const projects = said?.projects ?? [];
  const projectIds = distinct(projects.flatMap(({ projectId }) => projectId ?? []));
  const analyses = projects.flatMap(({ analysis }) => (analysis === null ? [] : [analysis]));
  const open = addUp(projects, counts);
  const own = teamsOf(target, image, projectIds, teams);
  const facts = [target.factAt, ...analyses.flatMap(({ analyzedAt, changedAt }) => [analyzedAt, changedAt])];
  const row: Omit<DerivedRow, 'hash'> = {
    row_key: `${target.placeId === null ? `entry ${target.entryId}` : `place ${target.placeId}`} image ${image?.id ?? ''}`,
    place_id: target.placeId,
    deployment_id: target.deploymentId,
    environment_image_id: target.entryId,
    service: target.service,
    environment: target.environment,
    environment_type: target.environmentType,
    infrastructure: target.infrastructure,
    integration_id: target.integrationId,
    image_id: image?.id ?? null,
    registry_id: image?.integrationId ?? null,
    repository_id: image?.repositoryId ?? null,
    repository: image?.repository ?? null,
    digest: image?.digest ?? target.digest,
    reference: target.reference,
    commit: commits.length === 1 ? (commits[0] ?? null) : null,
    certainty: judged.certainty,
    verdict: judged.verdict,
    reason: judged.reason,
    said_by: judged.saidBy,
    doubt: target.doubt,
    runs_since: target.since,
    failing_since: judged.failingSince,
    newest_fact_at: new Date(Math.max(...facts.map((at) => new Date(at).getTime()))),
    critical: open?.critical ?? null,
    high: open?.high ?? null,
    medium: open?.medium ?? null,
    low: open?.low ?? null,
    criticals_since: open === null || open.firstCriticalAt === null ? null : later(open.firstCriticalAt, target.since),
    integration_ids: distinct([
      ...[target.integrationId ?? []].flat(),
      ...[image?.integrationId ?? []].flat(),
      ...projects.flatMap(({ integrationId }) => integrationId ?? []),
    ]),
    project_ids: projectIds,
    team_ids: own.map(({ id }) => id),
    teams: own.map(({ name }) => name),
    evidence: {
      links,
      flags: said?.flags ?? [],
      commits: [...commits],
      projects: projects.map((project) => ({
        integrationId: project.integrationId,
        projectId: project.projectId,
        projectKey: project.projectKey,
        projectName: project.projectName,
        verdict: project.status,
        reason: project.reason,
        analysis: project.analysis,
        open: withoutDate(counts.get(project.analysis?.id ?? 0)),
      })),
    },
  };
  return { ...row, hash: createHash('sha256').update(JSON.stringify(row)).digest('hex') };
}

/** Known only where it is known of each project. */
function addUp(projects: Said['projects'], counts: ReadonlyMap<number, OpenCounts>): OpenCounts | null {
  const all = projects.map(({ analysis }) => counts.get(analysis?.id ?? 0));
  if (all.length === 0 || all.includes(undefined)) return null;
  const each = all as OpenCounts[];
  const sum = (name: 'critical' | 'high' | 'medium' | 'low'): number => each.reduce((n, one) => n + one[name], 0);
  const dates = each.flatMap(({ firstCriticalAt }) => firstCriticalAt?.getTime() ?? []);
  return {
    critical: sum('critical'),
    high: sum('high'),
    medium: sum('medium'),
    low: sum('low'),
    firstCriticalAt: dates.length === 0 ? null : new Date(Math.min(...dates)),
  };
}

const withoutDate = (open: OpenCounts | undefined): Evidence['projects'][number]['open'] =>
  open === undefined ? null : { critical: open.critical, high: open.high, medium: open.medium, low: open.low };

/** Of whom the service is; else of whom the image is; else of whom the projects are. */
function teamsOf(
  { serviceId }: Target,
  image: ImageFact | null,
  projectIds: readonly number[],
  teams: readonly TeamFact[],
): { id: number; name: string }[] {
  const of = (thing: TeamFact['thing'], ids: readonly (number | null)[]): TeamFact[] =>
    teams.filter((team) => team.thing === thing && ids.includes(team.thingId));
  const found = [
    of('service', [serviceId]),
    of('image', [image?.repositoryId ?? null]),
    of('project', projectIds),
  ].find((some) => some.length > 0);
  return [...new Map((found ?? []).map(({ id, name }) => [id, { id, name }])).values()];
}

const later = (one: Date, other: Date): Date => (one > other ? one : other);
const distinct = (ids: readonly number[]): number[] => [...new Set(ids)].toSorted((a, b) => a - b);
