import { standingAt } from '../execution.ts';
import type { Build, Execution, Image, Stage } from '../model.ts';
import type { World } from '../world.ts';
import { childDetails, failureView, isShown } from './layout.ts';

interface Step {
  id: string;
  identifier: string;
  stepType: string;
  fqn: string;
  status?: string;
  outcomes?: object;
  stepDetails?: object;
  isRoot?: true;
}

/** The steps of one stage, or of all: the only place where digests and the commits of runs by hand stand. */
export function graphOf(
  world: World,
  { stages, id }: Execution,
  { now, stage }: { now: number; stage?: Stage },
): object {
  const shown = stages.filter((one) => isShown(one, now) && (stage === undefined || one === stage));
  const nodeMap: Record<string, object> = {};
  const nodeAdjacencyListMap: Record<string, object> = {};
  for (const one of shown) {
    const [root, ...steps] = stepsOf(world, one, now);
    for (const step of [root, ...steps]) nodeMap[step.id] = nodeView(one, { step, now });
    nodeAdjacencyListMap[root.id] = { children: steps.map((step) => step.id), nextIds: [] };
    for (const step of steps) nodeAdjacencyListMap[step.id] = { children: [], nextIds: [] };
  }
  const [first] = shown;
  const rootNodeId = stage === undefined ? `${id}-root` : (first?.id ?? '');
  if (stage === undefined) {
    nodeAdjacencyListMap[rootNodeId] = { children: shown.map((one) => one.id), nextIds: [] };
    nodeMap[rootNodeId] = {
      uuid: rootNodeId,
      identifier: 'pipeline',
      name: 'pipeline',
      baseFqn: 'pipeline',
      stepType: 'PIPELINE_SECTION',
      status: 'Success',
      outcomes: {},
    };
  }
  return { rootNodeId, nodeMap, nodeAdjacencyListMap, representationStrategy: 'camelCase' };
}

function stepsOf(world: World, stage: Stage, now: number): [Step, ...Step[]] {
  const { id, identifier, type, child } = stage;
  const fqn = `pipeline.stages.${identifier}`;
  const { status, startTs } = standingAt(stage.moments, now);
  const details = child === undefined ? {} : { childPipelineExecutionDetails: childDetails(child) };
  const bare: Step = { id, identifier, stepType: `${type}_STAGE`, fqn, stepDetails: details, isRoot: true };
  if (startTs === undefined) return [bare];
  const ended = status === 'Success';
  const root = stage.build === undefined || !ended ? bare : { ...bare, outcomes: stageOutcome(world, stage.build) };
  const steps: Step[] = [...buildSteps(world, stage, { fqn, ended }), ...deploySteps(world, stage, fqn)];
  if (stage.rollbackSteps === true && status === 'Failed')
    steps.push({
      id: `${id}-rb`,
      identifier: 'rollout_back',
      stepType: 'K8sRollingRollback',
      fqn: `${fqn}.spec.execution.rollbackSteps.rollout_back`,
      status: 'Success',
    });
  return [root, ...steps];
}

/**
 * An image that a build pushed. The vendor splits its name at colons, so that of a registry with a port the tag is lost; only
 * those of Docker Hub have an address, which is that of a page.
 */
function publishedImage({ profile }: World, { host, path, tag, digest }: Image): object {
  const [imageName, told] = `${host}/${path}:${tag}`.split(':');
  const page = `https://hub.docker.com/layers/${path}/${tag}/images/${digest.replace(':', '-')}/`;
  return {
    imageName,
    tag: told,
    url: host === 'docker.io' ? page : undefined,
    digest: profile.newerFields ? digest : undefined,
  };
}

/** What a stage that ended well says of all its steps. */
const stageOutcome = (world: World, { images }: Build): object => ({
  integrationStageOutcome: {
    imageArtifacts: images.map((image) => publishedImage(world, image)),
    fileArtifacts: [],
    sbomArtifacts: [],
  },
});

function buildSteps(world: World, { id, build }: Stage, { fqn, ended }: { fqn: string; ended: boolean }): Step[] {
  if (build === undefined) return [];
  const { url, branch, head, images } = build;
  const codebase = { commitSha: head, branch, repoUrl: url, build: { type: 'branch', spec: { branch } } };
  const publishedImageArtifacts = images.map((image) => publishedImage(world, image));
  return [
    { id: `${id}-code`, identifier: 'codebase', stepType: 'CODEBASE', fqn: `${fqn}.codebase`, outcomes: { codebase } },
    {
      id: `${id}-build`,
      identifier: 'build_and_push',
      stepType: 'BuildAndPushDockerRegistry',
      fqn: `${fqn}.spec.execution.steps.build_and_push`,
      outcomes: ended ? { artifact_build_and_push: { stepArtifacts: { publishedImageArtifacts } } } : {},
    },
  ];
}

function deploySteps({ profile }: World, { id, deployment }: Stage, fqn: string): Step[] {
  if (deployment === undefined) return [];
  const { service, environment, infrastructure, image } = deployment;
  const primary =
    image === undefined
      ? undefined
      : {
          image: `${image.host}/${image.path}:${image.tag}`,
          imagePath: image.path,
          tag: image.tag,
          connectorRef: 'account.registry',
          type: 'DockerRegistry',
          primaryArtifact: true,
          digest: profile.newerFields ? image.digest : undefined,
        };
  return [
    {
      id: `${id}-service`,
      identifier: 'service',
      stepType: 'SERVICE_V3',
      fqn: `${fqn}.spec.service`,
      outcomes: {
        service: { identifier: service.identifier, name: service.name, type: service.type },
        artifacts: { primary },
      },
    },
    {
      id: `${id}-infra`,
      identifier: 'infrastructure',
      stepType: 'INFRASTRUCTURE_TASKSTEP_V2',
      fqn: `${fqn}.spec.infrastructure`,
      outcomes: {
        output: {
          infraIdentifier: infrastructure,
          environment: { identifier: environment.identifier, name: environment.name, type: environment.type },
        },
      },
    },
  ];
}

function nodeView({ moments, failure }: Stage, { step, now }: { step: Step; now: number }): object {
  const { status, startTs, endTs } = standingAt(moments, now);
  const failed = failure !== undefined && endTs !== undefined && step.isRoot === true;
  return {
    uuid: step.id,
    setupId: `${step.id}-setup`,
    name: step.identifier,
    identifier: step.identifier,
    baseFqn: step.fqn,
    stepType: step.stepType,
    status: step.status ?? (step.isRoot === true ? status : 'Success'),
    startTs,
    endTs,
    failureInfo: failed ? failureView(failure) : { message: '', failureTypeList: [], responseMessages: [] },
    outcomes: step.outcomes ?? {},
    stepParameters: {},
    executableResponses: [],
    unitProgresses: [],
    delegateInfoList: [],
    interruptHistories: [],
    stepDetails: step.stepDetails ?? {},
    logBaseKey: '',
  };
}
