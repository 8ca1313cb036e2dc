import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlumblineError } from '../../../platform/errors/index.ts';
import { decodeIssueList } from './issue-message.ts';
import { mapIssue } from './map-issue.ts';

type Write = (writer: BinaryWriter) => BinaryWriter;

const text =
  (field: number, value: string): Write =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).string(value);
const number =
  (field: number, value: number): Write =>
  (writer) =>
    writer.tag(field, WireType.Varint).int32(value);
const message =
  (field: number, ...members: Write[]): Write =>
  (writer) =>
    members.reduce((inner, write) => write(inner), writer.tag(field, WireType.LengthDelimited).fork()).join();

function encode(...writes: Write[]): Uint8Array {
  return writes.reduce((writer, write) => write(writer), new BinaryWriter()).finish();
}

/** As 26.9 writes it, with members that nobody reads before, between and after. */
const whole: Write[] = [
  text(1, '47af0b18-0000-4000-8000-000000000001'),
  text(2, 'external_gen:G1'),
  number(3, 3),
  text(4, 'my:proj:src/ä.js'),
  text(6, 'my:proj'),
  number(8, 2),
  message(9, number(1, 2), number(2, 2), number(3, 0), number(4, 15)),
  message(10, message(1, text(1, 'a flow'))),
  text(12, 'OPEN'),
  text(13, 'Say “what” it does 語'),
  text(14, '5min'),
  text(17, ''),
  text(19, 'cwe'),
  text(19, 'bad-practice'),
  text(23, '2026-11-21T07:06:21+0000'),
  text(24, '2026-11-21T09:06:21+0200'),
  number(27, 2),
  text(28, '5min'),
  text(31, '9a197b'),
  text(35, 'MAIN'),
  number(40, 7),
  number(41, 3),
  message(42, number(1, 2), number(2, 3)),
  message(42, number(1, 1), number(2, 5)),
  text(43, 'OPEN'),
  text(470, 'of a later version'),
];

/** The same issue as the JSON has it. */
const json = {
  key: '47af0b18-0000-4000-8000-000000000001',
  rule: 'external_gen:G1',
  severity: 'CRITICAL',
  component: 'my:proj:src/ä.js',
  project: 'my:proj',
  line: 2,
  textRange: { startLine: 2, endLine: 2, startOffset: 0, endOffset: 15 },
  status: 'OPEN',
  message: 'Say “what” it does 語',
  debt: '5min',
  author: '',
  tags: ['cwe', 'bad-practice'],
  creationDate: '2026-11-21T07:06:21+0000',
  updateDate: '2026-11-21T09:06:21+0200',
  type: 'BUG',
  effort: '5min',
  hash: '9a197b',
  scope: 'MAIN',
  cleanCodeAttribute: 'LOGICAL',
  cleanCodeAttributeCategory: 'INTENTIONAL',
  impacts: [
    { softwareQuality: 'RELIABILITY', severity: 'HIGH' },
    { softwareQuality: 'MAINTAINABILITY', severity: 'BLOCKER' },
  ],
  issueStatus: 'OPEN',
};

const page = (...issues: Write[][]): Uint8Array =>
  encode(message(1, number(1, 1), number(2, 500)), ...issues.map((issue) => message(2, ...issue)), message(3));

describe('the binary form of a page of issues', () => {
  test('says what the JSON says', () => {
    expect(decodeIssueList(page(whole, whole)).issues).toEqual([json, json]);
  });

  test('of names that a later version has added says that they are unknown', () => {
    const later = [...whole, number(27, 9), number(3, 17), message(42, number(1, 3), number(2, 44))];
    expect(mapIssue(decodeIssueList(page(later)).issues[0])).toMatchObject({
      type: 'unknown',
      severity: 'unknown',
      impacts: { security: 'unknown' },
    });
  });

  test('without an issue is an empty page', () => {
    expect(decodeIssueList(page()).issues).toEqual([]);
    expect(decodeIssueList(new Uint8Array(0)).issues).toEqual([]);
  });

  test('cut off inside an issue is refused wherever it is cut', () => {
    const bytes = page(whole);
    const start = page().length - encode(message(3)).length;
    for (let length = start + 1; length < bytes.length - encode(message(3)).length; length += 1)
      expect(() => decodeIssueList(bytes.subarray(0, length))).toThrow('ended inside a message');
  });

  test('of any bytes is a page or a malformed response, and nothing else', () => {
    const arbitrary = fc.uint8Array({ maxLength: 200 });
    const spoiled = fc.tuple(fc.nat(page(whole).length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = page(whole);
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(arbitrary, spoiled), (bytes) => {
        try {
          for (const issue of decodeIssueList(bytes).issues) mapIssue(issue);
        } catch (error) {
          expect(isPlumblineError(error, 'malformed_response')).toBe(true);
        }
      }),
    );
  });
});
