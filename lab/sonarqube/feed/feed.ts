import type { LabContext } from '../../context.ts';
import { withLock } from '../../lock.ts';
import {
  acceptWord,
  changeHotspot,
  changeIssues,
  createProject,
  deleteProject,
  grantUser,
  projectExists,
  revokeGroup,
  type Transition,
} from '../admin.ts';
import { type LabRecord, readRecord, writeRecord } from '../record.ts';
import { analyse, prepareScanner, type Scanner } from '../scan.ts';
import { endLoops } from '../scan-loop.ts';
import type { Sonarqube } from '../server.ts';
import { get } from '../web-api.ts';
import type { Decision, FeedProject, Seed } from './model.ts';
import { feedPlan, revisionOf } from './plan.ts';
import { feedEngine, feedRule, feedRuleIds } from './rules.ts';

const scansAtOnce = 2;
const busyWaitMs = 900_000;

/** Feeds what is not fed yet; a project that an interrupted command left half done is made anew. */
export async function feedSonarqube(context: LabContext, server: Sonarqube, seed: Seed): Promise<void> {
  const waiting = (pid: number): void => context.note(`Process ${pid} is feeding this server; waiting for it.`);
  await withLock(server.directory, { waitMs: busyWaitMs, waiting }, async () => {
    const record = await readRecord(server.directory);
    const missing = feedPlan(seed).filter(({ key }) => !record?.fed.includes(key));
    if (record === undefined || missing.length === 0) return;
    const scanner = await prepareScanner(context);
    let { fed } = record;
    const feed = eachOf(missing, async (project) => {
      await feedProject(scanner, server, project);
      fed = [...fed, project.key];
      await keep(server.directory, { ...record, fed });
      context.note(`Fed ${project.key}: ${project.analyses.length} analyses (${fed.length} projects)`);
    });
    await feed.finally(endLoops);
  });
}

async function keep(directory: string, record: LabRecord): Promise<void> {
  await writeRecord(directory, record);
}

/** Each worker takes the next one; the first failure ends the feed after the scans under way. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: scansAtOnce }, worker));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function feedProject(scanner: Scanner, server: Sonarqube, project: FeedProject): Promise<void> {
  const { admin } = server;
  if (await projectExists(admin, project.key)) await deleteProject(admin, project.key);
  await createProject(admin, {
    key: project.key,
    name: project.name,
    visibility: project.private ? 'private' : 'public',
  });
  if (project.private) await hideFromGroup(server, project.key);
  for (const { version, daysAgo, files, issues, properties } of project.analyses) {
    await analyse(scanner, server, {
      projectKey: project.key,
      projectName: project.name,
      revision: revisionOf(project.key, version),
      ...(daysAgo === undefined ? {} : { date: dayBefore(daysAgo) }),
      ...(properties === undefined ? {} : { properties }),
      version,
      files,
      issues,
    });
  }
  await decide(server, project);
}

/** At ten in the morning, so that no time zone moves it to another day. */
function dayBefore(days: number): Date {
  const date = new Date();
  date.setUTCDate(date.getUTCDate() - days);
  date.setUTCHours(10, 0, 0, 0);
  return date;
}

/** A private project of the default template is shown to every user of the server, and to administrators only so. */
async function hideFromGroup({ admin }: Sonarqube, projectKey: string): Promise<void> {
  for (const permission of ['user', 'codeviewer', 'issueadmin', 'securityhotspotadmin'] as const) {
    await grantUser(admin, { login: 'admin', permission, projectKey });
  }
  for (const permission of ['user', 'codeviewer'] as const) {
    await revokeGroup(admin, { groupName: 'sonar-users', permission, projectKey });
  }
}

interface FoundIssue {
  key: string;
  rule: string;
  message: string;
}

async function decide(server: Sonarqube, project: FeedProject): Promise<void> {
  const { admin } = server;
  if (project.analyses.some(({ issues }) => issues.length > 1000)) return;
  const { issues } = await get<{ issues: FoundIssue[] }>(admin, 'api/issues/search', {
    componentKeys: project.key,
    resolved: 'false',
    ps: 500,
  });
  for (const id of feedRuleIds) {
    const { tags } = feedRule(id);
    const tagged = issues.filter(({ rule }) => rule === `external_${feedEngine}:${id}`).map(({ key }) => key);
    if (tags.length > 0) await changeIssues(admin, { issues: tagged, addTags: tags });
  }
  for (const decision of ['accept', 'falsepositive', 'confirm'] as const) {
    const decided = issues
      .filter(({ message, rule }) => (project.decisions[message] ?? project.decisions[rule]) === decision)
      .map(({ key }) => key);
    await changeIssues(admin, { issues: decided, transition: transitionOf(decision, server.release) });
  }
  await reviewOneHotspot(server, project.key);
}

function transitionOf(decision: Decision, release: string): Transition {
  return decision === 'accept' ? acceptWord(release) : decision;
}

/** From 2026.4 on hotspots are vulnerabilities and the list stays empty. */
async function reviewOneHotspot({ admin }: Sonarqube, projectKey: string): Promise<void> {
  const found = await get<{ hotspots: { key: string }[] }>(admin, 'api/hotspots/search', { projectKey });
  const [first] = found.hotspots;
  if (first !== undefined) await changeHotspot(admin, { hotspot: first.key, status: 'REVIEWED', resolution: 'SAFE' });
}
