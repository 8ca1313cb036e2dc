import { oneLine } from '../../../domain/plain-words.ts';
import { redactUrls } from '../../../domain/redact-urls.ts';
import { type DeploymentRecord, type ExecutionRecord, longest, type StageRecord } from '../records.ts';
import type { Execution, LayoutNode } from '../schema.ts';
import { isSettled, statusClass } from '../status.ts';
import { instantOf, namesOf, tagsOf, textOrNull } from '../text.ts';
import { buildOf } from './build.ts';
import { deploymentOf } from './deployment.ts';
import { type PlacedNode, stagesOf } from './layout.ts';

/** Where an execution was asked for: older servers do not repeat it in the answer. */
export interface ExecutionPlace {
  url: string;
  accountId: string;
  organization: string;
  project: string;
  now: Date;
}

/** One execution in our words. */
export function executionRecord(execution: Execution, place: ExecutionPlace): ExecutionRecord {
  const placed = stagesOf(execution);
  const stages = placed.map(stageRecord);
  const deployed = placed.flatMap(({ node }, index) => deploymentOf(node, stages[index]!) ?? []);
  const deployments: DeploymentRecord[] = deployed.map(({ deployment }) => deployment);
  const { build, cutOff } = buildOf(ciInfo(execution, placed));
  const organization = textOrNull(execution.orgIdentifier, 300) ?? place.organization;
  const project = textOrNull(execution.projectIdentifier, 300) ?? place.project;
  return {
    id: execution.planExecutionId,
    organization,
    project,
    pipeline: execution.pipelineIdentifier.slice(0, 300),
    pipelineName: textOrNull(execution.name),
    number: wholeNumber(execution.runSequence),
    ...stateOf(execution, place.now),
    modules: namesOf(execution.modules, longest.types),
    tags: tagsOf(execution.tags, longest.tags),
    mode: textOrNull(execution.executionMode),
    ...triggerOf(execution),
    parentExecution: textOrNull(execution.parentStageInfo?.executionId),
    isPartial: execution.isStagesExecution === true || execution.stagesExecution === true,
    abortedBy: textOrNull(execution.abortedBy?.userName) ?? textOrNull(execution.abortedBy?.email),
    ...failureOf(execution, stages),
    ...rollbackOf(execution, stages),
    build,
    stages: stages.slice(0, longest.stages),
    deployments: deployments.slice(0, longest.stages),
    cutOff: cutOff || stages.length > longest.stages || deployed.some((one) => one.cutOff),
    link: linkTo({ ...place, organization, project }, execution),
  };
}

const wholeNumber = (value: number | null | undefined): number | null => (Number.isSafeInteger(value) ? value! : null);

function stateOf({ status, startTs, endTs, createdAt }: Execution, now: Date) {
  return {
    status: status.trim().slice(0, 100),
    statusClass: statusClass(status),
    settled: isSettled(status, startTs ?? createdAt ?? null, now.getTime()),
    createdAt: instantOf(createdAt),
    startedAt: instantOf(startTs),
    endedAt: endOf(status, endTs),
  };
}

/** What is under way has not ended, whatever stands beside it; of a word that nobody knows the time may be an end. */
function endOf(status: string, endTs: number | null | undefined): string | null {
  return ['running', 'waiting'].includes(statusClass(status)) ? null : instantOf(endTs);
}

/** Words of a node that never ran are missing in some versions. */
const notStarted = 'NotStarted';

function stageRecord({ key, node }: PlacedNode): StageRecord {
  const status = textOrNull(node.status, 100) ?? notStarted;
  const failure = node.failureInfoDTO ?? node.failureInfo;
  return {
    // The key of the layout: a node’s own id may repeat in a matrix.
    node: key.slice(0, 300),
    identifier: textOrNull(node.nodeIdentifier),
    name: textOrNull(node.name),
    type: textOrNull(node.nodeType),
    status,
    statusClass: statusClass(status),
    startedAt: instantOf(node.startTs),
    endedAt: endOf(status, node.endTs),
    failureMessage: spoken(failure?.message) ?? spoken(node.failureInfo?.message),
    failureTypes: namesOf(failure?.failureTypeList, longest.types),
    isRollback: isRollbackStage(node),
  };
}

const isRollbackStage = ({ isRollbackStageNode, nodeIdentifier }: LayoutNode): boolean =>
  isRollbackStageNode === true || /^prb-|_rollbackStage$/.test(nodeIdentifier ?? '');

/** Texts of failures quote addresses and commands. */
function spoken(text: string | null | undefined): string | null {
  return text == null ? null : textOrNull(oneLine(redactUrls(text.slice(0, 4_000))), 2_000);
}

/** Its own words, else those of the last stage that failed: the deepest in the layout. */
function failureOf(
  { failureInfo, executionErrorInfo }: Execution,
  stages: readonly StageRecord[],
): Pick<ExecutionRecord, 'failureMessage' | 'failureTypes'> {
  const failed = stages.filter(({ failureMessage }) => failureMessage !== null).at(-1);
  const types = failureInfo?.failureTypeList ?? executionErrorInfo?.failureTypeList ?? failed?.failureTypes;
  return {
    failureMessage:
      spoken(failureInfo?.message) ?? spoken(executionErrorInfo?.message) ?? failed?.failureMessage ?? null,
    failureTypes: namesOf(types, longest.types),
  };
}

const rollbackModes = new Set(['POST_EXECUTION_ROLLBACK', 'PIPELINE_ROLLBACK']);

function rollbackOf(
  { executionMode }: Execution,
  stages: readonly StageRecord[],
): Pick<ExecutionRecord, 'rolledBack' | 'rollbackSource'> {
  if (rollbackModes.has(executionMode?.toUpperCase() ?? '')) return { rolledBack: true, rollbackSource: 'mode' };
  // One that waits, or was skipped, took nothing back.
  const ran = stages.some(({ isRollback, startedAt, statusClass: kind }) => {
    return isRollback && startedAt !== null && kind !== 'neutral' && kind !== 'waiting';
  });
  return ran ? { rolledBack: true, rollbackSource: 'stage' } : { rolledBack: false, rollbackSource: null };
}

function triggerOf({ executionTriggerInfo: info, showRetryHistory }: Execution) {
  const by = info?.triggeredBy;
  const previous = textOrNull(info?.rerunInfo?.prevExecutionId);
  const isRerun = info?.isRerun === true || previous !== null;
  return {
    triggerType: textOrNull(info?.triggerType),
    triggeredBy: textOrNull(by?.identifier),
    triggeredByEmail: textOrNull(by?.extraInfo?.email),
    trigger: textOrNull(by?.triggerIdentifier),
    isRerun,
    // The first run of a chain shows the history, too, and repeats nothing.
    isRetry: isRerun && showRetryHistory === true,
    previousExecution: previous,
    rootExecution: textOrNull(info?.rerunInfo?.rootExecutionId),
  };
}

/** Of the whole execution; where that says nothing, of its first stage that does. */
function ciInfo({ moduleInfo }: Execution, placed: readonly PlacedNode[]) {
  const whole = buildOf(moduleInfo?.ci).build;
  if (whole !== null && whole.commits.length > 0) return moduleInfo?.ci;
  const ofStage = placed.find(({ node }) => (buildOf(node.moduleInfo?.ci).build?.commits.length ?? 0) > 0);
  return ofStage?.node.moduleInfo?.ci ?? moduleInfo?.ci;
}

type Linked = Pick<ExecutionPlace, 'url' | 'accountId' | 'organization' | 'project'>;

export function projectLink({ url, accountId, organization, project }: Linked): string {
  const [account, org, name] = [accountId, organization, project].map(encodeURIComponent);
  return `${url.replace(/\/gateway$/, '')}/ng/account/${account}/all/orgs/${org}/projects/${name}`;
}

function linkTo(place: Linked, { pipelineIdentifier, planExecutionId }: Execution): string | null {
  const [pipeline, id] = [pipelineIdentifier, planExecutionId].map(encodeURIComponent);
  return textOrNull(`${projectLink(place)}/pipelines/${pipeline}/deployments/${id}/pipeline`);
}
