import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from './endpoints/index.ts';
import { compare, type Document, operationOf, templateOf } from './openapi.ts';
import { type Spoken, wholeRound } from './round.ts';

/**
 * The vendor's document of 9.4 is not ours to keep here. Where it lies on the machine, name its file:
 * `BITBUCKET_OPENAPI_9_4=…/9.4.swagger.v3.json npm test -- --stage contract`.
 */
const file = process.env['BITBUCKET_OPENAPI_9_4'];
if (file === undefined)
  process.stderr.write(
    'Skipped: answers of the Bitbucket Server simulator against the vendor’s OpenAPI document; BITBUCKET_OPENAPI_9_4 names no file.\n',
  );

/** Routes of which the document says nothing, and where they are known from. */
const undocumented = [
  // Probed by clients of real servers.
  '/capabilities',
  '/webhooks/latest/capabilities',
  '/insights/latest/capabilities',
  // Ended with 8.0.
  '/api/latest/tasks',
  '/api/latest/projects/{}/repos/{}/pull-requests/{}/tasks',
];

/** Members that the document does not know, and by what we know them. */
const onTheWire: Record<string, string> = {
  'said of every list by the document’s own words, left out of some of its schemas':
    'size limit isLastPage values start',
  'a list of users, which the document describes as a single one':
    'name emailAddress active displayName slug type links',
  'sent by real servers, read by their clients':
    'isDefault properties author owner canMerge permittedOperations commentAction comment fromHash toHash contextLines ' +
    'whitespace diffs dateAdded com.atlassian.bitbucket.server.bitbucket-build.requiredBuildsMergeCheck',
  'of webhooks and tokens, known from clients': 'id createdDate updatedDate expiryDate expiryDays permissions user',
};

/** Where the document is not followed. */
const otherwise = [
  // It describes a Java date; every date of this API is a number of milliseconds.
  /^\w+ \/access-tokens\/.*createdDate is number, not string$/,
];

describe.skipIf(file === undefined)('the simulator answers what the vendor’s document says', () => {
  let document: Document;
  let spoken: Spoken[];
  beforeAll(async () => {
    document = JSON.parse(await readFile(file ?? '', 'utf8')) as Document;
    const round = await wholeRound();
    await round.sample.bitbucket.close();
    spoken = round.spoken;
  });

  it('on every route that it has', () => {
    const documented = new Set(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${templateOf(path).replace(/\/?\{\}$/, '/{}')}`),
      ),
    );
    const ours = endpoints.filter(({ path }) => path.startsWith('rest/'));
    const known = ours.filter(({ path }) => !undocumented.includes(templateOf(path)));
    const named = ({ method, path }: { method: string; path: string }): string =>
      `${method} ${templateOf(path).replace(/\/?\{\}$/, '/{}')}`;
    const withoutTail = (name: string): string => name.replace(/\/\{\}$/, '');
    expect(known.map(named).filter((name) => !documented.has(name) && !documented.has(withoutTail(name)))).toEqual([]);
    const called = new Set(spoken.map(({ method, path }) => `${method} ${operationOf(document, method, path)?.path}`));
    const calledTemplates = new Set([...called].map((one) => templateOf(one)));
    const missed = known
      .map(named)
      .filter(
        (name) =>
          !calledTemplates.has(name) &&
          !calledTemplates.has(withoutTail(name)) &&
          !calledTemplates.has(`${withoutTail(name)}{}`),
      );
    expect(missed).toEqual([]);
  });

  it('with a status that it knows, and a body of the shape that it describes', () => {
    const faults: string[] = [];
    const strange = new Set<string>();
    for (const { method, path, told } of spoken) {
      const found = operationOf(document, method, path);
      if (found === undefined) continue;
      const response = found.operation.responses[String(told.status)];
      if (response === undefined)
        faults.push(`${method} ${found.path} → ${told.status} is not documented: ${told.text.slice(0, 200)}`);
      const schema = Object.entries(response?.content ?? {}).find(([type]) => type.startsWith('application/json'))?.[1]
        .schema;
      if (schema === undefined || told.body === undefined) continue;
      const compared = compare(document, schema, told.body);
      faults.push(...compared.faults.map((fault) => `${method} ${found.path} → ${told.status}: ${fault}`));
      for (const name of compared.strange) strange.add(`${name} of ${method} ${found.path}`);
    }
    expect(faults.filter((fault) => !otherwise.some((pattern) => pattern.test(fault)))).toEqual([]);
    const explained = Object.values(onTheWire).join(' ').split(' ');
    expect([...strange].filter((one) => !explained.includes(one.split(' ')[0] ?? ''))).toEqual([]);
  });
});
