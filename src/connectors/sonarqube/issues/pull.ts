import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { PlumblineError } from '../../../platform/errors/index.ts';

/** What we need of an `IssueLite`: the details come by key from the search. */
export interface PulledIssue {
  key: string;
  /** True only with `changedSince`: closed since then. */
  closed: boolean;
  /** The message as it came: equal bytes mean that nothing in it changed. Valid until the next one is asked for. */
  message: Uint8Array;
}

/** One message is at most this long; a longer announced length means that the bytes are no pull answer. */
const longestMessage = 4 * 1024 * 1024;

/**
 * Keys of an answer of `issues/pull` or `issues/pull_taint`: length-delimited protobuf messages, first the query's
 * timestamp, then one issue each. Decodes while the body arrives, so that a million issues never lie in memory.
 *
 * @throws PlumblineError `malformed_response` when the body ends inside a message or is something else
 */
export async function* decodePull(body: AsyncIterable<Uint8Array>): AsyncGenerator<PulledIssue> {
  let rest: Uint8Array = new Uint8Array(0);
  let timestampRead = false;
  for await (const chunk of body) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let offset = 0;
    for (let frame = frameAt(bytes, offset); frame; frame = frameAt(bytes, offset)) {
      if (timestampRead) yield decodeIssue(bytes.subarray(frame.start, frame.end));
      timestampRead = true;
      offset = frame.end;
    }
    rest = bytes.subarray(offset);
  }
  if (!timestampRead || rest.length > 0) throw cutOff('The stream of issue keys ended inside a message.');
}

/** The next whole message, or null when more bytes are needed. */
function frameAt(bytes: Uint8Array, offset: number): { start: number; end: number } | null {
  const prefix = bytes.subarray(offset, offset + 10);
  const lengthBytes = prefix.findIndex((byte) => byte < 0x80) + 1;
  if (lengthBytes === 0) {
    if (prefix.length === 10) throw cutOff('The stream of issue keys is no protobuf.');
    return null;
  }
  const length = new BinaryReader(prefix.subarray(0, lengthBytes)).uint32();
  if (length > longestMessage) throw cutOff('The stream of issue keys is no protobuf.');
  const start = offset + lengthBytes;
  return start + length <= bytes.length ? { start, end: start + length } : null;
}

function decodeIssue(bytes: Uint8Array): PulledIssue {
  const issue = { key: '', closed: false, message: bytes };
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (field === 1 && wire === WireType.LengthDelimited) issue.key = reader.string();
      else if (field === 8 && wire === WireType.Varint) issue.closed = reader.bool();
      else reader.skip(wire, field);
    }
  } catch (cause) {
    throw cutOff('An issue in the stream of keys cannot be read.', cause);
  }
  if (issue.key === '') throw cutOff('An issue in the stream of keys has no key.');
  return issue;
}

function cutOff(message: string, cause?: unknown): PlumblineError {
  return new PlumblineError('malformed_response', { message, cause });
}
