import { describe, expect, it } from 'vitest';
import { type ExecutionRecord, StageOutcomeRecord } from '../records.ts';
import { Execution } from '../schema.ts';
import { executionRecord } from './execution.ts';
import { stageOutcome, stagesInNeed } from './outcomes.ts';

const sha = 'a'.repeat(40);
const digest = `sha256:${'c'.repeat(64)}`;

function execution(nodes: Record<string, object>, more: object = {}): ExecutionRecord {
  const layoutNodeMap = Object.fromEntries(
    Object.entries(nodes).map(([key, node]) => [
      key,
      { nodeGroup: 'STAGE', status: 'Success', startTs: 1e12, ...node },
    ]),
  );
  const raw = { planExecutionId: 'x', pipelineIdentifier: 'p', status: 'Success', layoutNodeMap, ...more };
  const place = { url: 'https://h', accountId: 'a', organization: 'o', project: 'p', now: new Date(1.1e12) };
  return executionRecord(Execution.parse(raw), place);
}

const deploying = (primary: object | null, more: object = {}) => ({
  nodeType: 'Deployment',
  moduleInfo: { cd: { serviceInfo: { identifier: 's', artifacts: { primary } } } },
  ...more,
});
const image = { imagePath: 'web', tag: '1' };

describe('the steps of a stage are asked for', () => {
  it('where an image was deployed without a digest, or a deployment failed', () => {
    const need = [{ node: 'd', of: 'deployment' }];
    expect(stagesInNeed(execution({ d: deploying(image) }))).toEqual(need);
    expect(stagesInNeed(execution({ d: deploying(null, { status: 'Failed' }) }))).toEqual(need);
  });

  it('where something was built, as no list says what was pushed, also by a build that failed', () => {
    const built = { nodeType: 'CI' };
    const ci = { ciExecutionInfoDTO: { branch: { commits: [{ id: sha }] } } };
    for (const status of ['Success', 'Failed', 'IgnoreFailed'])
      expect(stagesInNeed(execution({ c: { ...built, status } }, { moduleInfo: { ci } }))).toEqual([
        { node: 'c', of: 'build' },
      ]);
    for (const status of ['Skipped', 'Aborted', 'NotStarted'])
      expect(stagesInNeed(execution({ c: { ...built, status } }))).toEqual([]);
  });

  it('and nowhere else: not of what is known, is no image, was skipped, or is under way', () => {
    const needless = {
      known: deploying({ ...image, digest }),
      file: deploying({ bucketName: 'b', filePath: 'f' }),
      skipped: deploying(image, { status: 'Skipped' }),
      other: { nodeType: 'Approval' },
    };
    expect(stagesInNeed(execution(needless))).toEqual([]);
    expect(stagesInNeed(execution({ d: deploying(image) }, { status: 'Running' }))).toEqual([]);
  });
});

describe('what steps say', () => {
  const said = (...nodes: object[]) =>
    StageOutcomeRecord.parse(stageOutcome({ execution: 'x', node: 'd' }, nodes as Parameters<typeof stageOutcome>[1]));

  it('is the digest of what was deployed, with its registry', () => {
    const primary = { image: 'r.io:5000/web:1', imagePath: 'web', tag: '1', type: 'DockerRegistry', digest };
    const artifacts = { primary, sidecars: { log: { image: 'r.io/log:2', tag: '2' } } };
    expect(said({ outcomes: { artifacts } }, { outcomes: { artifacts } }, { outcomes: null }).images).toEqual([
      { direction: 'in', image: 'r.io:5000/web', tag: '1', digest },
      { direction: 'in', image: 'r.io/log', tag: '2', digest: null },
    ]);
  });

  it('is what was built, and of which commit', () => {
    const codebase = { commitSha: sha.toUpperCase(), branch: 'main', repoUrl: 'https://u:pw@g.x/r' };
    const integrationStageOutcome = {
      imageArtifacts: [
        { imageName: 'web', tag: '1', url: 'https://r.io/web:1' },
        { imageName: 'b:2', url: 'https://hub.example/r/b' },
        7,
      ],
    };
    expect(said({ outcomes: { codebase } }, { outcomes: { integrationStageOutcome } })).toMatchObject({
      commit: sha,
      branch: 'main',
      repositoryUrl: 'https://g.x/r',
      images: [
        { direction: 'out', image: 'r.io/web', tag: '1', digest: null },
        { direction: 'out', image: 'b', tag: '2', digest: null },
      ],
    });
  });

  it('is what each step pushed, also where a later one failed, and once where the stage says it again', () => {
    const published = (more: object) => ({ stepArtifacts: { publishedImageArtifacts: [more] } });
    const web = { imageName: 'r.io/web', tag: '1', url: null, digest };
    const steps = { artifact_push: published(web), artifact_other: published({ imageName: 'r.io/log', tag: '2' }) };
    const built = [
      { direction: 'out', image: 'r.io/web', tag: '1', digest },
      { direction: 'out', image: 'r.io/log', tag: '2', digest: null },
    ];
    expect(said({ outcomes: steps }).images).toEqual(built);
    const stage = { integrationStageOutcome: { imageArtifacts: [web] } };
    expect(said({ outcomes: steps }, { outcomes: stage }).images).toEqual(built);
  });

  it('is the name that was split at the colon of a port, put together again and without the tag that was lost', () => {
    const publishedImageArtifacts = [{ imageName: 'r.io', tag: '5000/pay/web', digest }];
    expect(said({ outcomes: { artifact_push: { stepArtifacts: { publishedImageArtifacts } } } }).images).toEqual([
      { direction: 'out', image: 'r.io:5000/pay/web', tag: null, digest },
    ]);
  });

  it('is a rollback where a step of it ran: steps that stand ready are in every stage', () => {
    const step = (status: string) => ({ baseFqn: 'pipeline.stages.d.spec.execution.rollbackSteps.undo', status });
    for (const status of ['Success', 'Failed', 'Aborted']) expect(said(step(status)).rolledBack).toBe(true);
    for (const status of ['Skipped', 'NotStarted', 'Odd']) expect(said(step(status)).rolledBack).toBe(false);
    expect(said({ baseFqn: 'pipeline.stages.d.spec.execution.steps.x', status: 'Success' }).rolledBack).toBe(false);
  });

  it('of any shape breaks nothing', () => {
    for (const outcomes of [
      null,
      'x',
      7,
      [],
      { artifacts: 'x' },
      { artifact_x: { stepArtifacts: { publishedImageArtifacts: [7] } } },
      { artifacts: { primary: [] } },
      { codebase: null },
    ])
      expect(said({ outcomes })).toMatchObject({ images: [], commit: null, rolledBack: false });
  });
});
