import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { PlumblineError } from '../../../platform/errors/index.ts';

/**
 * The protobuf answer of `api/issues/list`, as the objects that its JSON would have been. The server makes and sends it
 * with a fifth less effort; field numbers of a published message never change their meaning, only new ones are added.
 *
 * @throws PlumblineError `malformed_response` when the bytes end inside a message or are something else
 */
export function decodeIssueList(bytes: Uint8Array): { issues: object[] } {
  const issues: object[] = [];
  try {
    const reader = new TextReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (field === 2 && wire === WireType.LengthDelimited)
        issues.push(readMessage(reader, issueFields, { ...emptyIssue }));
      else reader.skip(wire, field);
    }
  } catch (cause) {
    throw new PlumblineError('malformed_response', { message: 'A page of issues ended inside a message.', cause });
  }
  return { issues };
}

/** By field number: the member it fills and how it is read. */
type Fields = Readonly<Record<number, Field>>;
type Field = readonly [member: string, wire: WireType, read: (reader: TextReader) => unknown, repeated?: true];

const text = (member: string): Field => [member, WireType.LengthDelimited, textOf];
const texts = (member: string): Field => [member, WireType.LengthDelimited, textOf, true];
const whole = (member: string): Field => [member, WireType.Varint, (reader) => reader.int32()];
/** A number without a name is one that a later version has added: it stays a number, and no reader knows it. */
const named = (member: string, names: readonly string[]): Field => [
  member,
  WireType.Varint,
  (reader) => {
    const value = reader.int32();
    return names[value] ?? value;
  },
];
const message = (member: string, fields: Fields): Field => [
  member,
  WireType.LengthDelimited,
  (reader) => readMessage(reader, fields, {}),
];
const messages = (member: string, fields: Fields): Field => [
  member,
  WireType.LengthDelimited,
  (reader) => readMessage(reader, fields, {}),
  true,
];

const unnamed = 'UNKNOWN';
const attributes = [
  unnamed,
  'CONVENTIONAL',
  'FORMATTED',
  'IDENTIFIABLE',
  'CLEAR',
  'COMPLETE',
  'EFFICIENT',
  'LOGICAL',
  'DISTINCT',
  'FOCUSED',
  'MODULAR',
  'TESTED',
  'LAWFUL',
  'RESPECTFUL',
  'TRUSTWORTHY',
];

const impactFields: Fields = {
  1: named('softwareQuality', [unnamed, 'MAINTAINABILITY', 'RELIABILITY', 'SECURITY']),
  2: named('severity', [unnamed, 'LOW', 'MEDIUM', 'HIGH', 'INFO', 'BLOCKER']),
};

const rangeFields: Fields = {
  1: whole('startLine'),
  2: whole('endLine'),
  3: whole('startOffset'),
  4: whole('endOffset'),
};

/** What `mapIssue` reads; flows, comments and formattings are skipped undecoded. */
const issueFields: Fields = {
  1: text('key'),
  2: text('rule'),
  3: named('severity', ['INFO', 'MINOR', 'MAJOR', 'CRITICAL', 'BLOCKER']),
  4: text('component'),
  6: text('project'),
  8: whole('line'),
  9: message('textRange', rangeFields),
  11: text('resolution'),
  12: text('status'),
  13: text('message'),
  14: text('debt'),
  15: text('assignee'),
  17: text('author'),
  19: texts('tags'),
  23: text('creationDate'),
  24: text('updateDate'),
  26: text('closeDate'),
  27: named('type', [unnamed, 'CODE_SMELL', 'BUG', 'VULNERABILITY', 'SECURITY_HOTSPOT']),
  28: text('effort'),
  31: text('hash'),
  33: text('externalRuleEngine'),
  35: text('scope'),
  40: named('cleanCodeAttribute', attributes),
  41: named('cleanCodeAttributeCategory', [unnamed, 'ADAPTABLE', 'CONSISTENT', 'INTENTIONAL', 'RESPONSIBLE']),
  42: messages('impacts', impactFields),
  43: text('issueStatus'),
};

/**
 * An issue before anything of it is read. An object that is given so many members one by one becomes a hash table, which
 * takes twice the memory and time; a copy of this one does not.
 */
const emptyIssue: Record<string, unknown> = Object.fromEntries(
  Object.values(issueFields).map(([member]) => [member, undefined]),
);

function readMessage(reader: TextReader, fields: Fields, found: Record<string, unknown>): object {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw new RangeError('a message is longer than its page');
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields[number];
    if (field === undefined || field[1] !== wire) {
      reader.skip(wire, number);
      continue;
    }
    const [member, , read, repeated] = field;
    if (repeated !== true) found[member] = read(reader);
    else if (found[member] === undefined) found[member] = [read(reader)];
    else (found[member] as unknown[]).push(read(reader));
  }
  if (reader.pos !== end) throw new RangeError('a field is longer than its message');
  return found;
}

/** Reads a text where it lies: half the time of the library's own way, which makes a view or an array of each. */
function textOf(reader: TextReader): string {
  const length = reader.uint32();
  const start = reader.pos;
  reader.pos += length;
  if (reader.pos > reader.len) throw new RangeError('a text is longer than its page');
  return reader.bytesOfPage.toString('utf8', start, reader.pos);
}

class TextReader extends BinaryReader {
  readonly bytesOfPage: Buffer;
  constructor(bytes: Uint8Array) {
    super(bytes);
    this.bytesOfPage = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
