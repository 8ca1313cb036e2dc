import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePull, type PulledIssue } from './pull.ts';

function timestamp(): Uint8Array {
  return new BinaryWriter().tag(1, WireType.Varint).int64(1_795_251_981_000).finish();
}

type Lite = Pick<PulledIssue, 'key' | 'closed'>;

/** An `IssueLite`, with the members around the two we read. */
function issueLite({ key, closed }: Lite): Uint8Array {
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(key);
  writer.tag(2, WireType.Varint).int64(1_795_251_981_000);
  writer.tag(7, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('src/ä.js').join();
  if (closed) writer.tag(8, WireType.Varint).bool(true);
  return writer.finish();
}

function delimited(messages: Uint8Array[]): Uint8Array {
  return Buffer.concat(messages.map((message) => new BinaryWriter().bytes(message).finish()));
}

async function decode(bytes: Uint8Array, chunk = bytes.length): Promise<Lite[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += Math.max(1, chunk)) yield bytes.subarray(at, at + Math.max(1, chunk));
  }
  return Array.fromAsync(decodePull(chunks()), ({ key, closed }) => ({ key, closed }));
}

const issues = fc.array(fc.record({ key: fc.string({ minLength: 1, maxLength: 300 }), closed: fc.boolean() }), {
  maxLength: 20,
});

describe('a pull answer', () => {
  test('is decoded however the network cuts it into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(issues, fc.integer({ min: 1, max: 700 }), async (pulled, chunk) => {
        const wellFormed = pulled.map((one) => ({ ...one, key: one.key.toWellFormed() }));
        expect(await decode(delimited([timestamp(), ...wellFormed.map(issueLite)]), chunk)).toEqual(wellFormed);
      }),
    );
  });

  test('that ends inside a message is malformed, never a shorter list', async () => {
    const messages = ['a', 'b', 'c'].map((key) => issueLite({ key: key.repeat(36), closed: false }));
    const bytes = delimited([timestamp(), ...messages]);
    const ends = new Set<number>();
    for (let count = 1; count <= 4; count += 1) ends.add(delimited([timestamp(), ...messages].slice(0, count)).length);
    for (let length = 0; length < bytes.length; length += 1) {
      if (ends.has(length)) continue;
      await expect(decode(bytes.subarray(0, length), 7)).rejects.toMatchObject({ code: 'malformed_response' });
    }
  });

  test('that is a web page is malformed', async () => {
    await expect(decode(Buffer.from('<html><body>Log in</body></html>'))).rejects.toMatchObject({
      code: 'malformed_response',
    });
  });

  test.each([
    ['nothing at all', new Uint8Array(0), 'The stream of issue keys ended inside a message.'],
    ['half a length', Uint8Array.from([0x80]), 'The stream of issue keys ended inside a message.'],
    ['a length without an end', new Uint8Array(10).fill(0x80), 'The stream of issue keys is no protobuf.'],
    [
      'a message of more than four megabytes',
      delimitedLength(4 * 1024 * 1024 + 1),
      'The stream of issue keys is no protobuf.',
    ],
    [
      'a message of four megabytes that is not there',
      delimitedLength(4 * 1024 * 1024),
      'The stream of issue keys ended inside a message.',
    ],
    [
      'an issue without a key',
      delimited([timestamp(), issueLite({ key: '', closed: true })]),
      'An issue in the stream of keys has no key.',
    ],
    [
      'an issue that is none',
      delimited([timestamp(), Uint8Array.from([0x0a, 0x7f])]),
      'An issue in the stream of keys cannot be read.',
    ],
  ])('of %s is malformed, and says how', async (_, bytes, message) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'malformed_response', message });
  });

  test('with no issue is an empty list', async () => {
    expect(await decode(delimited([timestamp()]))).toEqual([]);
  });

  test('is read by fields and their kinds: another kind of the same number is passed over', async () => {
    const writer = new BinaryWriter().tag(8, WireType.LengthDelimited).string('closed?');
    writer.tag(1, WireType.Varint).int64(7);
    writer.tag(1, WireType.LengthDelimited).string('key');
    expect(await decode(delimited([timestamp(), writer.finish()]))).toEqual([{ key: 'key', closed: false }]);
  });
});

/** What announces a message of so many bytes. */
function delimitedLength(length: number): Uint8Array {
  return new BinaryWriter().uint32(length).finish();
}
