import { z } from 'zod';
import { ControlEvent, SliceEvent } from '../slice-events.ts';
import {
  Assignment,
  Batch,
  Beat,
  Decision,
  Failure,
  Finish,
  Lease,
  OpenedWork,
  type QuestionName,
  questions,
} from './messages.ts';

/** Bytes as text can carry them. */
const Bytes = z.codec(
  z.base64(),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  {
    decode: (text) => new Uint8Array(Buffer.from(text, 'base64')),
    encode: (bytes) => Buffer.from(bytes).toString('base64'),
  },
);

const fingerprints = ControlEvent.options.find(({ shape }) => shape.type.value === 'fingerprints');
if (fingerprints === undefined) throw new Error('no event carries bytes');
const FingerprintsAsText = z.object({ ...fingerprints.shape, bytes: Bytes });
const EventAsText = z.discriminatedUnion('type', [
  FingerprintsAsText,
  ...ControlEvent.options.filter((option) => option !== fingerprints),
  ...SliceEvent.options.filter((option) => option !== ControlEvent),
]);
const events = z.array(EventAsText);

/** Every message as JSON holds it; each is checked on both sides. Addressed to a lease, which travels with it. */
export const wire = {
  lease: Lease,
  assignment: Assignment.nullable(),
  opened: OpenedWork,
  beat: Beat,
  batch: z.object({ ...Batch.shape, events }),
  finish: z.object({ ...Finish.shape, events }),
  failure: Failure,
  decision: Decision,
} as const;

export const wireQuestion = (name: QuestionName): z.ZodType => questions[name].question;

export const wireAnswer = (name: QuestionName): z.ZodType =>
  name === 'fingerprints' ? Bytes.nullable() : questions[name].answer;

/** Throws for what is not such a message, before anything is sent. */
export const toText = (schema: z.ZodType, message: unknown): string => JSON.stringify(z.encode(schema, message));

/** Throws for what is not such a message. */
export const fromText = <T>(schema: z.ZodType<T>, text: string): T => z.decode(schema, JSON.parse(text));
