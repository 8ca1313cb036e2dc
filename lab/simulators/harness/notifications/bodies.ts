import { standingAt } from '../execution.ts';
import type { Execution, Stage } from '../model.ts';
import { moduleInfo } from '../views/modules.ts';
import type { World } from '../world.ts';
import type { EventType } from './model.ts';

/** These times are seconds, unlike those of the API. */
const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** `Tue Aug 20 08:25:04 GMT 2024`. */
export function dateText(milliseconds: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(milliseconds).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} GMT ${year}`;
}

const nodeStatus = (event: EventType): string => {
  if (event.endsWith('Start')) return 'started';
  if (event.endsWith('Failed')) return 'failed';
  return event.endsWith('Pause') ? 'paused' : 'completed';
};

export function notificationBody(
  world: World,
  { execution, stage, event, at }: { execution: Execution; stage?: Stage; event: EventType; at: number },
): object {
  const { project, pipeline, trigger, id, failure } = execution;
  const { startTs = at, endTs } = standingAt(stage?.moments ?? execution.moments, at);
  const account = project.organization.account.id;
  const place = `${world.url}/ng/account/${account}/all/orgs/${project.organization.identifier}/projects/${project.identifier}/pipelines/${pipeline.identifier}`;
  return {
    eventData: {
      accountIdentifier: account,
      orgIdentifier: project.organization.identifier,
      projectIdentifier: project.identifier,
      pipelineIdentifier: pipeline.identifier,
      pipelineName: pipeline.name,
      planExecutionId: id,
      executionUrl: `${place}/deployments/${id}/pipeline`,
      pipelineUrl: `${place}/pipeline-studio`,
      eventType: event,
      nodeStatus: nodeStatus(event),
      triggeredBy: { triggerType: trigger.type, name: trigger.name, email: trigger.email },
      moduleInfo: moduleInfo(world, execution, at),
      ...(stage === undefined ? {} : { stageIdentifier: stage.identifier, stageName: stage.name, stepName: '' }),
      startTime: dateText(startTs),
      startTs: seconds(startTs),
      ...(endTs === undefined ? {} : { endTime: dateText(endTs), endTs: seconds(endTs) }),
      ...(event.endsWith('Failed') ? { errorMessage: failure?.message ?? 'Failed' } : {}),
    },
  };
}
