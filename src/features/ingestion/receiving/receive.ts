import type { Connector, SliceEvent, StreamDeclaration } from '../../../connectors/contract.ts';
import type { Batch } from '../../../connectors/work/index.ts';
import type { Sink, StageForm } from '../sink.ts';
import { stageLost } from '../store/stage-proof.ts';
import { jsonForm, type StagedRecord } from '../store/stage.ts';
import type { Holding } from './checkpoint.ts';
import { recordHash } from './record-hash.ts';
import type { Stager } from './stager.ts';

export interface Receiver {
  /** Takes a batch once, however often it comes; false for one that was taken before. Throws `stage_lost` when one before it is missing. */
  take(batch: Batch): boolean;
  /** The last batch taken, and the newest source date among the records. */
  received(): Pick<Holding, 'taken' | 'newestAt'>;
}

export interface ReceiverOptions {
  stager: Stager;
  connector: Pick<Connector, 'kind' | 'streams' | 'hashVersion'>;
  sink: Pick<Sink, 'forms'>;
  /** What was taken before; nothing when left out. */
  from?: Pick<Holding, 'taken' | 'newestAt'>;
}

/** Takes what a worker sends of one slice: each record is parsed strictly once more before it is staged. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { connector, stager, sink } = options;
  const streams = new Map(connector.streams.map((stream) => [stream.name, stream]));
  let { taken, newestAt } = options.from ?? { taken: 0, newestAt: null };

  const dated = (date: string | null): void => {
    if (date !== null && (newestAt === null || date > newestAt)) newestAt = date;
  };

  const takeOne = (event: SliceEvent): void => {
    if (event.type === 'set_aside') return stager.setAside(event);
    if (event.type === 'progress') return stager.progress(event);
    if (event.type !== 'records') return stager.say(event);
    const { stream, scope, cursor } = event;
    const declaration = streams.get(stream);
    if (declaration === undefined) throw new Error(`connector ${connector.kind} yielded undeclared stream ${stream}`);
    const form = sink.forms?.[stream] ?? jsonForm;
    const records = parseRecords(event, { declaration, form, stager, hashVersion: connector.hashVersion, dated });
    return stager.add(records, { stream, scope, form, ...(cursor === undefined ? {} : { cursor }) });
  };

  return {
    take({ sequence, events }) {
      if (sequence <= taken) return false;
      if (sequence !== taken + 1) throw stageLost(`batch ${sequence} came after ${taken}`);
      for (const event of events) takeOne(event);
      taken = sequence;
      return true;
    },
    received: () => ({ taken, newestAt }),
  };
}

interface Parsing {
  declaration: StreamDeclaration;
  form: StageForm;
  stager: Stager;
  hashVersion: number;
  dated(date: string | null): void;
}

function* parseRecords(
  { stream, scope, records }: Extract<SliceEvent, { type: 'records' }>,
  { declaration, form, stager, hashVersion, dated }: Parsing,
): Generator<StagedRecord> {
  for (const candidate of records) {
    const parsed = declaration.record.safeParse(candidate);
    if (!parsed.success) {
      const reason = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      stager.setAside({ stream, scope, reason, text: JSON.stringify(candidate) });
      continue;
    }
    const record = JSON.stringify(parsed.data);
    dated(declaration.dateOf?.(parsed.data as never) ?? null);
    yield {
      sourceKey: declaration.key(parsed.data as never),
      rowHash: recordHash(hashVersion, record),
      cells: form.cells(parsed.data as never, record),
    };
  }
}
