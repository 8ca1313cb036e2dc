import { afterEach, describe, expect, it } from 'vitest';
import type { HarnessSimulator } from './index.ts';
import { buildStage, deployStage, listExecutions, readExecution, startSample } from './testing.ts';

let harness: HarnessSimulator;
afterEach(() => harness.close());

describe('what a run built and deployed', () => {
  it('stands over all stages and in each one', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [buildStage(7), deployStage(7)] });
    harness.state.move(run, 'Success', { stage: 'build' });
    harness.state.move(run, 'Running', { stage: 'production' });
    const [row] = (await listExecutions(harness, token)).body.data.content;
    const sha = `${'0'.repeat(39)}7`;
    expect(row.moduleInfo.ci).toMatchObject({
      repoName: 'web',
      branch: 'main',
      ciExecutionInfoDTO: { event: 'branch', branch: { commits: [{ id: sha }] } },
      scmDetailsList: [{ scmUrl: 'https://git.example.com/pay/web.git' }],
    });
    expect(row.moduleInfo.cd).toMatchObject({
      serviceIdentifiers: ['web'],
      envIdentifiers: ['production'],
      environmentTypes: ['Production'],
      artifactDisplayNames: ['pay/web:1.7'],
    });
    const [, stage] = run.stages;
    expect(row.layoutNodeMap[stage?.id ?? ''].moduleInfo.cd).toMatchObject({
      serviceInfo: {
        identifier: 'web',
        artifacts: { primary: { type: 'DockerRegistry', imagePath: 'pay/web', tag: '1.7' } },
      },
      infraExecutionSummary: {
        identifier: 'production',
        type: 'Production',
        infrastructureIdentifier: 'k8s_production',
      },
    });
    expect(JSON.stringify(row)).not.toContain('sha256:');
  });

  it('has its digests, and the commit of a run by hand, in the stage graph only', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [buildStage(7, { commits: [] }), deployStage(7)] });
    harness.state.move(run, 'Success', { stage: 'build' });
    harness.state.move(run, 'Running', { stage: 'production' });
    const [build, production] = run.stages;
    const read = async (query: string) => (await readExecution(harness, token, run.id, query)).body.data;
    const bare = await read('');
    expect(bare).not.toHaveProperty('executionGraph');
    expect(bare.pipelineExecutionSummary.moduleInfo.ci).not.toHaveProperty('ciExecutionInfoDTO');
    const outcomes = async (query: string): Promise<Record<string, Record<string, object>>> => {
      const nodes = Object.values((await read(query)).executionGraph.nodeMap) as { outcomes: object }[];
      return Object.assign({}, ...nodes.map((node) => node.outcomes));
    };
    expect((await outcomes(`stageNodeId=${build?.id}`))['codebase']).toMatchObject({ commitSha: `${'0'.repeat(39)}7` });
    const digest = `sha256:${'0'.repeat(63)}7`;
    expect((await outcomes(`stageNodeId=${production?.id}`))['artifacts']?.['primary']).toMatchObject({
      image: 'registry.example.com/pay/web:1.7',
      digest,
    });
    const all = await outcomes('renderFullBottomGraph=true');
    expect(all['integrationStageOutcome']?.['imageArtifacts']).toMatchObject([
      { imageName: 'registry.example.com/pay/web', tag: '1.7', digest },
    ]);
    expect(all['artifact_build_and_push']?.['stepArtifacts']).toEqual({
      publishedImageArtifacts: all['integrationStageOutcome']?.['imageArtifacts'],
    });
    expect(Object.keys(all)).toContain('artifacts');
  });

  it('tells a stage’s own rollback by its steps alone', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [deployStage(1)] });
    harness.state.move(run, 'Failed', {
      stage: 'production',
      rollbackSteps: true,
      failure: { message: 'Pods failed', types: ['TIMEOUT'] },
    });
    harness.state.move(run, 'Failed', { failure: { message: 'Pods failed', types: ['TIMEOUT'] } });
    const { data } = (await readExecution(harness, token, run.id, 'renderFullBottomGraph=true')).body;
    expect(data.pipelineExecutionSummary).toMatchObject({
      executionMode: 'NORMAL',
      failureInfo: { message: 'Pods failed' },
    });
    const fqns = (Object.values(data.executionGraph.nodeMap) as { baseFqn: string; status: string }[]).filter(
      ({ baseFqn }) => baseFqn.includes('rollbackSteps'),
    );
    expect(fqns).toMatchObject([{ status: 'Success' }]);
  });

  it('holds stages side by side below a container, reached from where the layout begins', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const group = { id: 'both', kind: 'strategy' as const };
    harness.state.start(pipeline, {
      stages: [buildStage(1), deployStage(1, 'staging', { group }), deployStage(1, 'production', { group })],
    });
    const [row] = (await listExecutions(harness, token)).body.data.content;
    const nodes = row.layoutNodeMap as Record<
      string,
      {
        nodeGroup: string;
        nodeIdentifier: string;
        edgeLayoutList: { currentNodeChildren: string[]; nextIds: string[] };
      }
    >;
    const walk = (id: string): string[] => {
      const node = nodes[id];
      if (node === undefined) return [`missing ${id}`];
      const { currentNodeChildren, nextIds } = node.edgeLayoutList;
      return [
        `${node.nodeGroup} ${node.nodeIdentifier}`,
        ...currentNodeChildren.flatMap(walk),
        ...nextIds.flatMap(walk),
      ];
    };
    expect(walk(row.startingNodeId)).toEqual(['STAGE build', 'STRATEGY both', 'STAGE staging', 'STAGE production']);
  });

  it('says so where there is no such run, and has rows with next to nothing in them', async () => {
    const { token, pipeline, ...sample } = await startSample();
    harness = sample.harness;
    const { status, body } = await readExecution(harness, token, 'nope');
    expect([status, body.message]).toEqual([400, expect.stringContaining('does not exist or has been deleted')]);
    harness.state.start(pipeline, { bare: true, stages: [buildStage(1)] });
    const [row] = (await listExecutions(harness, token)).body.data.content;
    expect(row).toMatchObject({ status: 'Running', layoutNodeMap: {} });
    for (const name of ['moduleInfo', 'executionTriggerInfo', 'startingNodeId']) expect(row).not.toHaveProperty(name);
  });

  it('leaves out on an older server what came later', async () => {
    const { token, pipeline, ...sample } = await startSample({ profile: 'self-managed' });
    harness = sample.harness;
    const run = harness.state.start(pipeline, { stages: [deployStage(1)] });
    const { data } = (await readExecution(harness, token, run.id, 'renderFullBottomGraph=true')).body;
    expect(data.pipelineExecutionSummary).not.toHaveProperty('orgIdentifier');
    expect(JSON.stringify(data)).not.toMatch(/sha256:|infrastructureIdentifier"|isRollbackStageNode/);
  });
});
