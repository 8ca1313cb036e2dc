import { prepareCompanion } from '../companion/prepare.ts';
import { companionOf, hasCompanion, storedVerdict } from '../companion/stored.ts';
import type { ChangeSource, SourceAnswer } from './source.ts';

/** Pull requests of a server that has none, analysed as projects of their own and compared here. */
export const companionAnalyses: ChangeSource = { name: 'companion', answer, prepare: prepareCompanion };

async function answer(...[db, project, pullRequest]: Parameters<ChangeSource['answer']>): Promise<SourceAnswer | null> {
  const kept = await storedVerdict(db, project.projectId, pullRequest.id);
  const companion = await companionOf(db, project.projectId, pullRequest.number);
  if (companion === undefined && kept === undefined) {
    const has = await hasCompanion(db, project.projectId, pullRequest.number);
    return has ? { kind: 'missing', reason: 'not_analysed' } : null;
  }
  // A newer analysis than the one that was compared: nothing is said of it before it is, nor passed by an older one.
  if (companion !== undefined && kept?.analyzedAt.getTime() !== companion.analyzedAt.getTime()) {
    if (companion.revision === null) return { kind: 'missing', reason: 'commit_unknown' };
    const ofHead = companion.revision === pullRequest.head;
    return { kind: 'missing', reason: companion.isRead && !ofHead ? 'head_not_analysed' : 'not_read' };
  }
  if (kept === undefined) return { kind: 'missing', reason: 'not_read' };
  const { companionKey, revision, analyzedAt, verdict } = kept;
  return {
    kind: 'analysed',
    change: {
      projectKey: project.projectKey,
      projectName: project.projectName,
      pullRequest: pullRequest.number,
      revision,
      analyzedAt,
      gate: verdict.gate,
      figures: verdict.figures,
      findings: verdict.findings,
    },
    target: verdict.target ?? null,
    notes: verdict.notes,
    title: 'SonarQube quality gate (Plumbline)',
    reporter: 'Plumbline',
    page: { projectKey: companionKey, pullRequest: null },
  };
}
