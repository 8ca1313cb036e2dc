import { type SliceEvent, statusesOf } from '../../contract.ts';
import { ofProject, paths, type ProjectPlace } from '../address.ts';
import { stageOutcome, stagesInNeed } from '../execution/outcomes.ts';
import type { ExecutionRecord, StageOutcomeRecord } from '../records.ts';
import { complete, type Reader, takesStreamAway, unavailable } from '../reader.ts';
import { ExecutionDetail } from '../schema.ts';

const stream = 'stage_outcomes';

interface Need {
  execution: string;
  node: string;
  startedAt: string;
}

export const outcomeKey = ({ execution, node }: Pick<StageOutcomeRecord, 'execution' | 'node'>): string =>
  `${execution} ${node}`;

/** Stages of which something is missing, gathered while executions are listed. */
export function createNeeds(): { note(record: ExecutionRecord): void; list(): Need[] } {
  const needs = new Map<string, Need>();
  return {
    note(record) {
      for (const node of stagesInNeed(record)) {
        const need = { execution: record.id, node, startedAt: record.startedAt ?? '' };
        needs.set(outcomeKey(need), need);
      }
    },
    list: () => [...needs.values()].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
  };
}

/** Each costs a call, and tells what seldom changes anything: the newest are asked for first, others the next time. */
const atMost = 20;

/**
 * What the steps of stages say, for those that are not stored yet. They are read apart from the executions, so that a list
 * that says less never takes away what was learned.
 */
export async function* readStageOutcomes(
  reader: Reader,
  place: ProjectPlace,
  needs: readonly Need[],
): AsyncGenerator<SliceEvent> {
  const { request } = reader;
  if (request.purpose !== 'ingest' || needs.length === 0) return;
  const keys = needs.map(outcomeKey);
  const stored = request.rows === undefined ? new Map() : await statusesOf(request.rows(stream, '', { keys }));
  const missing = needs.filter((need) => !stored.has(outcomeKey(need))).slice(0, atMost);
  if (missing.length === 0) return;
  try {
    for (const need of missing) {
      yield { type: 'records', stream, scope: '', records: [await readOutcome(reader, place, need)] };
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

async function readOutcome(
  { client }: Reader,
  place: ProjectPlace,
  { execution, node }: Need,
): Promise<StageOutcomeRecord> {
  const detail = await client.get(ExecutionDetail, paths.execution(execution), {
    subject: `steps of execution ${execution}`,
    params: { ...ofProject(place), stageNodeId: node },
    absent: 'harness_execution_not_found',
  });
  const nodes = Object.values(detail.executionGraph?.nodeMap ?? {}).filter((one) => one != null);
  return stageOutcome({ execution, node }, nodes);
}
