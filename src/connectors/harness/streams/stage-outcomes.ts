import { isPlumblineError } from '../../../platform/errors/index.ts';
import { type SliceEvent, statusesOf } from '../../contract.ts';
import { ofProject, paths, type ProjectPlace } from '../address.ts';
import { type StageInNeed, stageOutcome, stagesInNeed } from '../execution/outcomes.ts';
import type { ExecutionRecord, StageOutcomeRecord } from '../records.ts';
import { complete, type Reader, takesStreamAway, unavailable } from '../reader.ts';
import { ExecutionDetail } from '../schema.ts';

const stream = 'stage_outcomes';

interface Need extends StageInNeed {
  execution: string;
  startedAt: string;
}

export const outcomeKey = ({ execution, node }: Pick<StageOutcomeRecord, 'execution' | 'node'>): string =>
  `${execution} ${node}`;

/** Stages of which something is missing, gathered while executions are listed. */
export function createNeeds(): { note(record: ExecutionRecord): void; list(): Need[] } {
  const needs = new Map<string, Need>();
  return {
    note(record) {
      for (const stage of stagesInNeed(record)) {
        const need = { ...stage, execution: record.id, startedAt: record.startedAt ?? '' };
        needs.set(outcomeKey(need), need);
      }
    },
    list: () => [...needs.values()].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
  };
}

/**
 * Each costs a call: of deployments and of builds the newest are asked for first, others the next time. A reading that looks
 * back, the first one and one each day, asks for more of them; what began before that is not asked for.
 */
const atMost = { usual: 20, lookingBack: 100 } as const;

/**
 * What the steps of stages say, for those that are not stored yet. They are read apart from the executions, so that a list
 * that says less never takes away what was learned.
 */
export async function* readStageOutcomes(
  reader: Reader,
  place: ProjectPlace,
  needs: readonly Need[],
  { looksBack }: { looksBack: boolean },
): AsyncGenerator<SliceEvent> {
  const { request } = reader;
  if (request.purpose !== 'ingest' || needs.length === 0) return;
  const keys = needs.map(outcomeKey);
  const stored = request.rows === undefined ? new Map() : await statusesOf(request.rows(stream, '', { keys }));
  const missing = needs.filter((need) => !stored.has(outcomeKey(need)));
  if (missing.length === 0) return;
  const newest = (kind: StageInNeed['of']): Need[] =>
    missing.filter(({ of }) => of === kind).slice(0, looksBack ? atMost.lookingBack : atMost.usual);
  try {
    for (const need of [...newest('deployment'), ...newest('build')]) {
      const records = await readOutcome(reader, place, need);
      yield { type: 'records', stream, scope: '', records };
    }
  } catch (error) {
    if (!takesStreamAway(error)) throw error;
    reader.log.warn({ stream, code: error.code, ...error.data }, 'stream unavailable');
    yield unavailable(stream, '', error);
    return;
  }
  yield complete({
    stream,
    scope: '',
    sourceCount: null,
    method: 'steps of stages',
    proof: 'key_set',
    coverage: 'changes',
  });
}

/** None of an execution that Harness has no more: it keeps nobody from the others. */
async function readOutcome(
  { client }: Reader,
  place: ProjectPlace,
  { execution, node }: Need,
): Promise<StageOutcomeRecord[]> {
  try {
    const detail = await client.get(ExecutionDetail, paths.execution(execution), {
      subject: `steps of execution ${execution}`,
      params: { ...ofProject(place), stageNodeId: node },
      absent: 'harness_execution_not_found',
    });
    const nodes = Object.values(detail.executionGraph?.nodeMap ?? {}).filter((one) => one != null);
    return [stageOutcome({ execution, node }, nodes)];
  } catch (error) {
    if (!isPlumblineError(error, 'harness_execution_not_found')) throw error;
    return [];
  }
}
