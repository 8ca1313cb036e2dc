import type { Execution } from '../model.ts';
import type { World } from '../world.ts';

/** What the server's serialisation lets slip of its insides; readers must not stumble over it. */
const insides = { unknownFields: { initialized: true, serializedSize: 0 }, serializedSize: 42, initialized: true };

export function triggerView({ noise }: World, { trigger, rerun }: Execution): object {
  const extra = noise ? insides : {};
  return {
    triggerType: trigger.type,
    triggeredBy: {
      uuid: `user-${trigger.email}`,
      identifier: trigger.name,
      extraInfo: { email: trigger.email },
      triggerIdentifier: trigger.trigger,
      ...extra,
    },
    isRerun: rerun !== undefined,
    rerunInfo:
      rerun === undefined
        ? undefined
        : {
            rootExecutionId: rerun.root,
            rootTriggerType: trigger.type,
            prevExecutionId: rerun.previous,
            prevTriggerType: trigger.type,
          },
    ...extra,
  };
}
