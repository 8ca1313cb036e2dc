import { describe, expect, it } from 'vitest';
import { ExecutionRecord } from '../records.ts';
import { Execution } from '../schema.ts';
import { executionRecord } from './execution.ts';
import { stagesOf } from './layout.ts';

const place = {
  url: 'https://h.example/gateway',
  accountId: 'acc',
  organization: 'default',
  project: 'shop',
  now: new Date('2026-03-01T00:00:00Z'),
};
const start = Date.parse('2026-02-01T10:00:00Z');
const least = { planExecutionId: 'x1', pipelineIdentifier: 'deploy', status: 'Success' };
const sha = 'a'.repeat(40);
const digest = `sha256:${'b'.repeat(64)}`;

/** As the hub parses it again: strictly. */
const recordOf = (raw: object): ExecutionRecord =>
  ExecutionRecord.parse(executionRecord(Execution.parse({ ...least, ...raw }), place));

const stage = (more: object = {}) => ({ nodeGroup: 'STAGE', nodeType: 'Custom', status: 'Success', ...more });
const edges = (currentNodeChildren: string[], nextIds: string[] = []) => ({
  edgeLayoutList: { currentNodeChildren, nextIds },
});

describe('an execution', () => {
  it('of which almost nothing is said is one all the same', () => {
    expect(recordOf({})).toMatchObject({
      id: 'x1',
      organization: 'default',
      project: 'shop',
      statusClass: 'success',
      settled: true,
      startedAt: null,
      build: null,
      stages: [],
      rolledBack: false,
      link: 'https://h.example/ng/account/acc/all/orgs/default/projects/shop/pipelines/deploy/deployments/x1/pipeline',
    });
  });

  it('with null wherever one may be is understood, and noise is left out', () => {
    const nulls = Object.fromEntries(
      Object.keys(Execution.shape)
        .filter((name) => !(name in least))
        .map((name) => [name, null]),
    );
    expect(recordOf({ ...nulls, unknownFields: { serializedSize: 1 } }).failureTypes).toEqual([]);
    expect(recordOf({ executionTriggerInfo: 'odd', moduleInfo: [], tags: 'x', failureInfo: 3 }).tags).toEqual([]);
  });

  it('that is under way has not ended, whatever stands beside it', () => {
    expect(recordOf({ status: 'ApprovalWaiting', startTs: start, endTs: start + 1 })).toMatchObject({
      statusClass: 'waiting',
      settled: false,
      startedAt: '2026-02-01T10:00:00.000Z',
      endedAt: null,
    });
    expect(recordOf({ status: 'RUNNING', startTs: 0 })).toMatchObject({ startedAt: null, statusClass: 'running' });
  });

  it('with a status that nobody knows keeps the word, and is settled after 14 days', () => {
    expect(recordOf({ status: 'Levitating', startTs: start, endTs: start })).toMatchObject({
      endedAt: '2026-02-01T10:00:00.000Z',
      status: 'Levitating',
      statusClass: 'unknown',
      settled: true,
    });
    expect(recordOf({ status: 'Levitating', startTs: place.now.getTime() - 1 }).settled).toBe(false);
  });

  it('tells who and what started it, and what it repeats', () => {
    const info = {
      triggerType: 'WEBHOOK',
      triggeredBy: { uuid: 'u', identifier: 'ada', extraInfo: { email: 'ada@e.x' }, triggerIdentifier: 'on_push' },
      isRerun: true,
      rerunInfo: { rootExecutionId: 'x-2', prevExecutionId: 'x-1', prevTriggerType: 'MANUAL' },
      serializedSize: 7,
    };
    const expected = {
      triggerType: 'WEBHOOK',
      triggeredBy: 'ada',
      triggeredByEmail: 'ada@e.x',
      trigger: 'on_push',
      isRerun: true,
      previousExecution: 'x-1',
      rootExecution: 'x-2',
    };
    expect(recordOf({ executionTriggerInfo: info, showRetryHistory: true })).toMatchObject({
      ...expected,
      isRetry: true,
    });
    expect(recordOf({ executionTriggerInfo: info })).toMatchObject({ ...expected, isRetry: false });
    // The first of a chain shows the history, too.
    expect(recordOf({ showRetryHistory: true })).toMatchObject({ isRerun: false, isRetry: false });
    expect(recordOf({ parentStageInfo: { hasParentPipeline: true, executionId: 'p' } }).parentExecution).toBe('p');
    for (const name of ['isStagesExecution', 'stagesExecution'])
      expect(recordOf({ [name]: true }).isPartial).toBe(true);
  });

  it('takes tags in either form', () => {
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b', value: '' },
    ];
    expect(recordOf({ tags: [{ key: 'b', value: null }, null, { key: 'a', value: '1' }] }).tags).toEqual(tags);
  });
});

describe('the stages', () => {
  const layout = {
    startingNodeId: 'first',
    layoutNodeMap: {
      odd: null,
      late: stage({ nodeIdentifier: 'prb-late', status: 'NotStarted' }),
      deployB: stage({ nodeType: 'Deployment' }),
      deployA: stage({ nodeType: 'Deployment' }),
      matrix: { nodeGroup: 'STRATEGY', nodeType: 'MATRIX', ...edges(['deployA', 'deployB'], ['last']) },
      last: stage(edges([], ['first'])),
      first: stage(edges([], ['parallel'])),
      parallel: { nodeGroup: 'parallel', ...edges(['x', 'y'], ['matrix']) },
      x: stage(),
      y: stage(),
    },
  };

  it('stand in the order of their edges, without what wraps them, each once, and none is lost', () => {
    expect(stagesOf(Execution.parse({ ...least, ...layout })).map(({ key }) => key)).toEqual([
      'first',
      'x',
      'y',
      'deployA',
      'deployB',
      'last',
      'late',
    ]);
  });

  it('of a stage for several services are those that it wraps', () => {
    const wrapped = {
      startingNodeId: 's',
      layoutNodeMap: { s: stage({ nodeType: 'Deployment', ...edges(['one', 'two']) }), one: stage(), two: stage() },
    };
    expect(stagesOf(Execution.parse({ ...least, ...wrapped })).map(({ key }) => key)).toEqual(['one', 'two']);
  });

  it('of a chain of any length are found, as are those of a layout without a beginning', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`n${index}`, stage(edges([], [`n${index + 1}`]))]),
    );
    const record = recordOf({ startingNodeId: 'n0', layoutNodeMap: many });
    expect([record.stages.length, record.cutOff]).toEqual([2_000, true]);
    expect(recordOf({ layoutNodeMap: { a: stage(), constructor: stage() } }).stages).toHaveLength(2);
    expect(recordOf({ startingNodeId: '__proto__', layoutNodeMap: {} }).stages).toEqual([]);
  });
});

describe('a deployment', () => {
  const serviceInfo = {
    identifier: 'org.web',
    displayName: 'Web',
    deploymentType: 'Kubernetes',
    gitOpsEnabled: false,
    artifacts: {
      __recast: 'io.harness.X',
      artifactDisplayName: 'library/web:1.4',
      primary: { __recast: 'y', type: 'DockerRegistry', imagePath: 'library/web', tag: '1.4' },
      sidecars: [{ type: 'S3', bucketName: 'b', filePath: 'p/q.zip' }, null, {}],
    },
  };
  const cd = {
    serviceInfo,
    infraExecutionSummary: { identifier: 'prod', name: 'Prod', type: 'Production', infrastructureIdentifier: 'k8s' },
  };
  const deployed = (more: object = {}, info: object = cd) =>
    recordOf({
      layoutNodeMap: { d: stage({ nodeType: 'Deployment', startTs: start, moduleInfo: { cd: info }, ...more }) },
    });

  it('is one row for each stage that deploys, with what and where', () => {
    expect(deployed().deployments).toEqual([
      {
        node: 'd',
        service: 'org.web',
        serviceName: 'Web',
        type: 'Kubernetes',
        gitOps: false,
        environment: 'prod',
        environmentName: 'Prod',
        environmentType: 'Production',
        infrastructure: 'k8s',
        infrastructureName: null,
        status: 'Success',
        statusClass: 'success',
        startedAt: '2026-02-01T10:00:00.000Z',
        endedAt: null,
        frozen: false,
        isRollback: false,
        artifacts: [
          { role: 'primary', type: 'DockerRegistry', image: 'library/web', tag: '1.4', digest: null, version: null },
          { role: 'sidecar', type: 'S3', image: null, tag: null, digest: null, version: 'b/p/q.zip' },
        ],
      },
    ]);
    expect(recordOf({ layoutNodeMap: { c: stage({ moduleInfo: { cd } }) } }).deployments).toEqual([]);
  });

  it('that never began and names nothing is none, and one that began is one', () => {
    expect(deployed({ startTs: null, status: 'Skipped' }, {}).deployments).toEqual([]);
    expect(deployed({}, {}).deployments).toMatchObject([{ service: null, environment: null }]);
    expect(deployed({}, { serviceInfo: 7 }).deployments).toHaveLength(1);
  });

  it('of which a freeze kept it says so', () => {
    const freezeExecutionSummary = { freezeExecutionInfoList: [{ identifier: 'f1' }] };
    expect(deployed({}, { ...cd, freezeExecutionSummary }).deployments[0]?.frozen).toBe(true);
    expect(deployed({ status: 'AbortedByFreeze' }).deployments[0]).toMatchObject({
      frozen: true,
      statusClass: 'cancelled',
    });
  });

  it.each([
    [{ artifactDisplayName: 'reg:5000/web:1' }, [{ image: 'reg:5000/web', tag: '1', version: null }]],
    [{ artifactDisplayName: 'reg:5000/web' }, []],
    [{ primary: { image: 'r.io/web:2', digest } }, [{ image: 'r.io/web', tag: null, digest }]],
    [{ primary: { imagePath: 'w', tag: 't', digest: 'sha256:short' } }, [{ image: 'w', tag: 't', digest: null }]],
    [{ primary: { jobName: 'j', artifactPath: 'a.jar', build: '7' } }, [{ image: null, version: 'j/a.jar 7' }]],
    [{ primary: { type: 'Custom' }, artifactDisplayName: 'v3' }, [{ image: null, version: 'v3' }]],
    [{}, []],
  ])('of the artifact %o', (artifacts, expected) => {
    const [row] = deployed({}, { ...cd, serviceInfo: { ...serviceInfo, artifacts } }).deployments;
    expect(row?.artifacts).toMatchObject(expected);
    expect(row?.artifacts).toHaveLength(expected.length);
  });
});

describe('what was built', () => {
  const commit = (id: string, more: object = {}) => ({
    id,
    message: 'm',
    ownerName: 'Ada',
    ownerEmail: 'a@e.x',
    ...more,
  });
  const built = (ci: object) => recordOf({ moduleInfo: { ci } }).build;

  it('of a pull request are its commits, the head first', () => {
    const pullRequest = {
      id: 17,
      sourceBranch: 'feature',
      targetBranch: 'main',
      commits: [commit(sha), commit('B'.repeat(40))],
    };
    const ci = {
      repoName: 'ledger',
      branch: 'main',
      prNumber: '17',
      scmDetailsList: [null, { scmUrl: 'https://me:secret@git.example/pay/ledger.git' }],
      ciExecutionInfoDTO: { event: 'pullRequest', pullRequest, branch: { commits: [commit('c'.repeat(40))] } },
    };
    expect(built(ci)).toMatchObject({
      repository: 'ledger',
      repositoryUrl: 'https://git.example/pay/ledger.git',
      branch: 'feature',
      targetBranch: 'main',
      pullRequest: '17',
      commits: [{ sha }, { sha: 'b'.repeat(40) }],
    });
  });

  it('of a branch are those of the branch, or of the push that triggered it', () => {
    const branch = { name: 'main', commits: [], triggerCommits: [commit(sha), commit(sha), commit('no commit'), null] };
    expect(built({ ciExecutionInfoDTO: { branch } })).toMatchObject({ branch: 'main', commits: [{ sha }] });
  });

  it('by hand may be of no commit that anybody says: none is guessed', () => {
    expect(built({ repoName: 'ledger', branch: 'main' })).toMatchObject({ commits: [], branch: 'main' });
    expect(built({ infraDetailsList: [] })).toBeNull();
    const ofStage = { ciExecutionInfoDTO: { branch: { commits: [commit(sha)] } } };
    const layoutNodeMap = { c: stage({ nodeType: 'CI', moduleInfo: { ci: ofStage } }) };
    expect(recordOf({ layoutNodeMap, moduleInfo: { ci: { branch: 'x' } } }).build?.commits).toMatchObject([{ sha }]);
  });

  it('has times in seconds or milliseconds, and no invented ones', () => {
    const timed = (timeStamp: unknown) =>
      built({ ciExecutionInfoDTO: { branch: { commits: [commit(sha, { timeStamp })] } } })?.commits[0]?.committedAt;
    expect(timed(start)).toBe('2026-02-01T10:00:00.000Z');
    expect(timed(start / 1_000)).toBe('2026-02-01T10:00:00.000Z');
    for (const none of [0, -1, null, undefined, 'x', 1e300]) expect(timed(none)).toBeNull();
  });
});

describe('why it failed', () => {
  const failed = (message: string | null, types: string[] = []) => ({ message, failureTypeList: types });

  it('is what it says itself, else what its last failed stage says', () => {
    const layoutNodeMap = {
      a: stage({ status: 'Failed', failureInfo: failed('first') }),
      b: stage({ status: 'Failed', failureInfo: { message: 'old' }, failureInfoDTO: failed('deep', ['TIMEOUT']) }),
    };
    expect(recordOf({ status: 'Failed', failureInfo: failed('whole', ['CONNECTIVITY']), layoutNodeMap })).toMatchObject(
      {
        failureMessage: 'whole',
        failureTypes: ['CONNECTIVITY'],
      },
    );
    expect(recordOf({ status: 'Failed', layoutNodeMap })).toMatchObject({
      failureMessage: 'deep',
      failureTypes: ['TIMEOUT'],
    });
    expect(recordOf({ executionErrorInfo: { message: 'older servers' } }).failureMessage).toBe('older servers');
  });

  it('repeats no password of an address', () => {
    expect(recordOf({ failureInfo: failed('clone https://u:hunter2@g.x/r failed') }).failureMessage).not.toMatch(
      /hunter2/,
    );
  });
});

describe('a rollback', () => {
  const ran = (more: object) => recordOf({ layoutNodeMap: { r: stage({ startTs: start, ...more }) } });

  it('is told by the mode of the execution first', () => {
    for (const executionMode of ['POST_EXECUTION_ROLLBACK', 'PIPELINE_ROLLBACK'])
      expect(recordOf({ executionMode })).toMatchObject({ rolledBack: true, rollbackSource: 'mode' });
    expect(recordOf({ executionMode: 'NORMAL' })).toMatchObject({ rolledBack: false, rollbackSource: null });
  });

  it('is told by a stage that rolls back, if it ran', () => {
    for (const marked of [
      { isRollbackStageNode: true },
      { nodeIdentifier: 'prb-d' },
      { nodeIdentifier: 'd_rollbackStage' },
    ]) {
      expect(ran(marked)).toMatchObject({ rolledBack: true, rollbackSource: 'stage', stages: [{ isRollback: true }] });
      expect(ran({ ...marked, status: 'Skipped' }).rolledBack).toBe(false);
      expect(ran({ ...marked, status: 'NotStarted', startTs: null }).rolledBack).toBe(false);
    }
    expect(ran({ nodeIdentifier: 'verify' }).rolledBack).toBe(false);
  });
});
