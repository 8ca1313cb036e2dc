import type { Build, Commit, Deployment, Execution, Stage } from '../model.ts';
import type { World } from '../world.ts';

/** Java class names that stand beside some members as a text. */
const recast = ({ noise }: World, name: string): object => (noise ? { __recast: `io.harness.${name}` } : {});

const link = ({ url }: Build, rest: string): string => `${url.replace(/\.git$/, '')}/${rest}`;

const commitView = (build: Build, { id, message, ownerName, ownerEmail, timeStamp }: Commit): object => ({
  id,
  link: link(build, `commit/${id}`),
  message,
  ownerName,
  ownerId: ownerName,
  ownerEmail,
  timeStamp,
});

/** What the webhook that started it told; nothing of it for a run by hand. */
function eventView(build: Build): object | undefined {
  const [head] = build.commits;
  if (head === undefined) return undefined;
  const { branch, pullRequest } = build;
  const commits = build.commits.map((commit) => commitView(build, commit));
  const author = { id: head.ownerName, name: head.ownerName, email: head.ownerEmail, avatar: '' };
  const triggerCommits = commits.slice(0, 1);
  if (pullRequest === undefined)
    return {
      event: 'branch',
      author,
      branch: { name: branch, link: link(build, `tree/${branch}`), state: 'open', commits, triggerCommits },
    };
  const { number, title, targetBranch } = pullRequest;
  return {
    event: 'pullRequest',
    author,
    pullRequest: {
      id: number,
      link: link(build, `pull/${number}`),
      title,
      body: '',
      sourceRepo: build.repository,
      sourceBranch: branch,
      targetBranch,
      state: 'open',
      commits,
      triggerCommits,
    },
  };
}

export function buildView(world: World, build: Build): object {
  const { repository, branch, pullRequest, url } = build;
  return {
    ...recast(world, 'ci.plan.creator.execution.CIPipelineModuleInfo'),
    repoName: repository,
    triggerRepoName: repository,
    branch,
    tag: undefined,
    prNumber: pullRequest === undefined ? undefined : String(pullRequest.number),
    buildType: pullRequest === undefined ? 'branch' : 'PR',
    isPrivateRepo: true,
    ciExecutionInfoDTO: eventView(build),
    scmDetailsList: [{ scmUrl: url, scmProvider: 'Git', scmAuthType: 'Http', scmHostType: 'On-Prem' }],
    infraDetailsList: [{ infraType: 'KubernetesDirect', infraOSType: 'Linux', infraHostType: 'On-Prem' }],
    imageDetailsList: [{ imageName: 'node', imageTag: '24' }],
    ciLicenseType: 'PAID',
    ciEditionType: 'ENTERPRISE',
  };
}

const displayed = ({ image }: Deployment): string | undefined =>
  image === undefined ? undefined : `${image.path}:${image.tag}`;

export function deploymentView(world: World, stage: Stage, deployment: Deployment): object {
  const { service, environment, infrastructure, image, freeze } = deployment;
  const { newerFields } = world.profile;
  const primary =
    image === undefined
      ? undefined
      : { ...recast(world, 'DockerArtifactSummary'), type: 'DockerRegistry', imagePath: image.path, tag: image.tag };
  return {
    ...recast(world, 'cdng.pipeline.executions.beans.CDStageModuleInfo'),
    nodeExecutionId: stage.id,
    serviceInfo: {
      identifier: service.identifier,
      displayName: service.name,
      deploymentType: service.type,
      gitOpsEnabled: false,
      artifacts: { artifactDisplayName: displayed(deployment), primary, sidecars: [] },
      manifests: { manifestSummaries: [] },
    },
    infraExecutionSummary: {
      identifier: environment.identifier,
      name: environment.name,
      type: environment.type,
      infrastructureIdentifier: newerFields ? infrastructure : undefined,
      infrastructureName: newerFields ? infrastructure.toUpperCase() : undefined,
    },
    freezeExecutionSummary:
      freeze === undefined
        ? undefined
        : { freezeExecutionInfoList: [{ identifier: freeze, name: freeze, freezeType: 'MANUAL', yaml: '' }] },
    gitopsExecutionSummary: {},
  };
}

const distinct = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

/** What stands over all stages of a run: of the stages that were reached. */
export function moduleInfo(world: World, { stages }: Execution, now: number): Record<string, object> {
  const reached = stages.filter(({ moments }) => moments.some(({ at }) => at <= now));
  const build = reached.find((stage) => stage.build !== undefined)?.build;
  const deployments = reached.flatMap(({ deployment }) => (deployment === undefined ? [] : [deployment]));
  return {
    ...(build === undefined ? {} : { ci: buildView(world, build) }),
    ...(deployments.length === 0
      ? {}
      : {
          cd: {
            ...recast(world, 'cdng.pipeline.executions.beans.CDPipelineModuleInfo'),
            serviceIdentifiers: distinct(deployments.map(({ service }) => service.identifier)),
            envIdentifiers: distinct(deployments.map(({ environment }) => environment.identifier)),
            envGroupIdentifiers: [],
            serviceDefinitionTypes: distinct(deployments.map(({ service }) => service.type)),
            artifactDisplayNames: distinct(deployments.map(displayed)),
            environmentTypes: distinct(deployments.map(({ environment }) => environment.type)),
            infrastructureTypes: ['KubernetesDirect'],
            infrastructureIdentifiers: distinct(deployments.map(({ infrastructure }) => infrastructure)),
            infrastructureNames: distinct(deployments.map(({ infrastructure }) => infrastructure.toUpperCase())),
            freezeIdentifiers: distinct(deployments.map(({ freeze }) => freeze)),
            gitOpsAppIdentifiers: [],
          },
        }),
  };
}
