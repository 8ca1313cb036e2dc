import type { CompanionProjects } from '../../../connectors/contract.ts';
import { companionKey } from '../../../domain/companion-key.ts';
import type { Database, Queryable } from '../../../platform/database/index.ts';
import { isPlumblineError, PlumblineError } from '../../../platform/errors/index.ts';
import { type Actor, audit } from '../../access/index.ts';
import {
  beginCompanion,
  companionFailed,
  companionGone,
  companionReady,
  forgetCompanion,
} from '../../code-quality/index.ts';
import type { Connecting, Connection } from '../../integrations/index.ts';
import type { ScanParameters } from '../contract.ts';
import { type BindingRow, bindingsOfRepository } from '../store/reports.ts';
import { findNamed, type NamedPullRequest } from './pull-requests.ts';

export interface ScanOptions {
  db: Database;
  connect: Connecting['connect'];
  webhooks: CompanionWebhooks;
}

/** Where the main project has a webhook of its own, so has its companion. */
export interface CompanionWebhooks {
  follow(db: Queryable, companion: { integrationId: number; key: string; of: string }): Promise<void>;
  forget(db: Queryable, companion: { integrationId: number; key: string }): Promise<void>;
}

/**
 * What the scanner must be told for a pull request. On a server that analyses pull requests: which one it is. Elsewhere
 * its companion, which is made where it is missing.
 */
export async function scanParameters(
  options: ScanOptions,
  actor: Actor,
  wanted: { pullRequest: string; project?: string | undefined; signal: AbortSignal },
): Promise<ScanParameters> {
  const { db } = options;
  const pullRequest = await findNamed(db, wanted.pullRequest);
  if (!pullRequest.open) throw new PlumblineError('companion_not_possible', { message: 'The pull request is closed.' });
  const bound = await bindingsOfRepository(db, pullRequest.repositoryId);
  const chosen = bound.filter(({ projectKey }) => wanted.project === undefined || projectKey === wanted.project);
  if (chosen.length === 0) {
    const which = wanted.project === undefined ? 'No SonarQube project' : `No project “${wanted.project}”`;
    const where = `${pullRequest.project}/${pullRequest.slug}`;
    throw new PlumblineError('companion_not_possible', { message: `${which} is bound to ${where}.` });
  }
  const scans: ScanParameters['scans'] = [];
  for (const binding of chosen)
    scans.push(await scanOf(options, actor, { binding, pullRequest, signal: wanted.signal }));
  return { pullRequest: { id: pullRequest.id, number: Number(pullRequest.number) }, scans };
}

interface Scan {
  binding: BindingRow;
  pullRequest: NamedPullRequest;
  signal: AbortSignal;
}

async function scanOf(options: ScanOptions, actor: Actor, scan: Scan): Promise<ScanParameters['scans'][number]> {
  const { projectId: id, projectKey: key, projectName: name } = scan.binding;
  const project = { id, key, name };
  const { sonarqubeId } = scan.binding;
  return options.connect(sonarqubeId, scan.signal, async ({ connector, context }) => {
    const { companionProjects } = connector;
    if (companionProjects === undefined) throw new PlumblineError('companion_not_possible');
    if (await companionProjects.analysesPullRequests(context, key)) {
      return { project, kind: 'pull_request', parameters: ofPullRequest(scan) };
    }
    const companion = companionKey(key, scan.pullRequest.number);
    if (await ensure(options, { companionProjects, context }, { ...scan, companion })) {
      const { project: code, slug, number } = scan.pullRequest;
      const of = `${code}/${slug} pull request ${number}`;
      const about = { kind: 'project', id, name: key };
      await options.db.transaction((tx) => audit(tx, actor, 'companion.make', about, { companion, of }));
    }
    return { project, kind: 'companion', parameters: ofCompanion(scan, companion) };
  });
}

interface Calls {
  companionProjects: CompanionProjects<Connection['context']>;
  context: Connection['context'];
}

/** True when it was made now. */
async function ensure(
  { db, webhooks }: ScanOptions,
  { companionProjects, context }: Calls,
  { binding, pullRequest, companion: key }: Scan & { companion: string },
): Promise<boolean> {
  const there = await companionProjects.find(context, key);
  const { projectId, projectKey: of } = binding;
  const { number: name, id: pullRequestId } = pullRequest;
  const { id, begun } = await beginCompanion(db, { projectId, key, name, pullRequestId });
  try {
    // Somebody else's project: nothing of it may count as a companion, not for a moment longer.
    if (there === 'project' && !begun) throw new PlumblineError('companion_key_taken');
    await companionProjects.ensure(context, { key, of, pullRequest: name, begun });
    await companionReady(db, id);
    await webhooks.follow(db, { integrationId: binding.sonarqubeId, key, of });
    return there === 'nothing';
  } catch (error) {
    await keepFailure(db, { companionProjects, context }, { id, key, begun, error });
    throw error;
  }
}

async function keepFailure(
  db: Database,
  { companionProjects, context }: Calls,
  { id, key, begun, error }: { id: number; key: string; begun: boolean; error: unknown },
): Promise<void> {
  if (isPlumblineError(error, 'companion_key_taken') && !begun) {
    await forgetCompanion(db, id);
    return;
  }
  const left = await companionProjects.find(context, key).catch(() => 'unknown' as const);
  if (left === 'nothing') {
    await companionGone(db, id);
    return;
  }
  const code = isPlumblineError(error) ? error.code : 'internal_server_error';
  const message = isPlumblineError(error) ? error.message : 'Something went wrong on our side; the log says what.';
  await companionFailed(db, id, { code, message, retrySeconds: null });
}

/** Each project of a repository has a name of its own, which the scanner may not replace by what a build file says. */
function ofPullRequest({ binding, pullRequest }: Scan): ScanParameters['scans'][number]['parameters'] {
  return [
    { name: 'sonar.projectKey', value: binding.projectKey },
    { name: 'sonar.projectName', value: binding.projectName },
    { name: 'sonar.pullrequest.key', value: pullRequest.number },
    { name: 'sonar.pullrequest.branch', value: pullRequest.sourceBranch },
    { name: 'sonar.pullrequest.base', value: pullRequest.targetBranch },
  ];
}

function ofCompanion({ binding, pullRequest }: Scan, companion: string): ScanParameters['scans'][number]['parameters'] {
  return [
    { name: 'sonar.projectKey', value: companion },
    { name: 'sonar.projectName', value: `${binding.projectName} (companion of pull request ${pullRequest.number})` },
  ];
}
