import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../src/connectors/oci-registry/challenges.ts';
import { upstreamWords as wordsOfRegistry } from '../../src/connectors/oci-registry/failure.ts';
import { readStatement } from '../../src/connectors/oci-registry/provenance/statement.ts';
import { upstreamWords as wordsOfSonarQube } from '../../src/connectors/sonarqube/failure.ts';
import { parseVersion } from '../../src/connectors/sonarqube/version.ts';
import { cweOf } from '../../src/connectors/sonarqube/rule-text.ts';
import { parseRevision } from '../../src/domain/commit.ts';
import { compileGlob, compileWildcard, isGlob } from '../../src/domain/glob.ts';
import { parseAttachmentTag, parseImageReference } from '../../src/domain/image-reference.ts';
import { readPem } from '../../src/domain/pem.ts';
import { plainWords } from '../../src/domain/plain-words.ts';
import { redactUrls } from '../../src/domain/redact-urls.ts';
import { parseRepositoryUrl } from '../../src/domain/repository-url.ts';
import { textItems } from '../../src/domain/text-list.ts';
import { parseRetryAfter } from '../../src/platform/outbound/retry.ts';
import { readForm, readJson } from '../../src/surfaces/http/body-limits.ts';
import { redactText } from '../../src/platform/telemetry/redact.ts';

/** Functions that meet text of others: answers, headers, claims of images, what people type. */
const readers: Record<string, (text: string) => unknown> = {
  parseChallenges,
  wordsOfRegistry,
  wordsOfSonarQube,
  readStatement: (text) => readStatement(text, []),
  parseVersion,
  cweOf,
  parseRevision,
  isGlob,
  parseAttachmentTag,
  parseImageReference,
  readPem,
  plainWords,
  parseRepositoryUrl,
  redactUrls,
  redactText,
  textItems,
  readJson,
  readForm,
  parseRetryAfter: (text) => parseRetryAfter(text, new Date(0)),
  'compileGlob, the name': compileGlob('**/a*b*c?d/**'),
  'compileGlob, the pattern': (text) => compileGlob(text.slice(0, 255))('a/'.repeat(120)),
  compileWildcard: compileWildcard('https://*/x*y*z@refs/*'),
};

/** Texts that made some pattern somewhere begin anew at every character. */
// biome-ignore format: one line per part would be a page
const repeated = [
  '<', '>', '<script', '<script>', '</', '<a ', '<base', '/', '-', '_', ' ', '\t', '\n', ',', ';', '=', '"', '\\', '\\"',
  ':', '@', '#', '?', '&', '%', '.', '(', ')', '*', '**', '**/', '*a', 'a', 'a.', 'a/', 'a=', 'a:=', 'a:b@', '=a:',
  'x://', 'x:', '?token', '&key', 'token', 'token=', 'Bearer ', 'password', '-----BEGIN ', '-----BEGIN A-----',
  '-----BEGIN CERTIFICATE-----', '-----END ', '-----BEGIN PRIVATE KEY-----', '<x>;', '<x>; rel', 'rel=', '0', '1.',
  '{', '[', '{"a":', '[[', '/hooks/a/', 'pat.aaaa.', 'sqp_', 'ü', '\u{1f600}', '\ud800', '\0', '\u001b[', 'CWE-', 'cwe',
];

const length = 40_000;
/** Three to thirty milliseconds are usual; a pattern that begins anew at each character needs many seconds. */
const budgetMs = 1_500;

function millisecondsOf(run: () => unknown): number {
  const started = performance.now();
  try {
    run();
  } catch {
    // Refusing is as good as answering.
  }
  return performance.now() - started;
}

/** The better of two when the first was slow: other programs run on this machine too. */
function takes(read: (text: string) => unknown, text: string): number {
  const first = millisecondsOf(() => read(text));
  return first < budgetMs
    ? first
    : Math.min(
        first,
        millisecondsOf(() => read(text)),
      );
}

const longText = (head: string, unit: string): string =>
  (head + unit.repeat(Math.ceil(length / unit.length))).slice(0, length);

describe.each(Object.entries(readers))('%s', (_name, read) => {
  it('takes time in proportion to any text', { timeout: 120_000 }, () => {
    const slow = repeated.flatMap((part) =>
      ['', '<a href="https://'].flatMap((head) => {
        const milliseconds = takes(read, longText(head, part));
        return milliseconds > budgetMs ? [`${JSON.stringify(head + part)}: ${Math.round(milliseconds)} ms`] : [];
      }),
    );
    expect(slow).toEqual([]);
  });

  it('takes time in proportion to texts made of such parts', { timeout: 120_000 }, () => {
    const part = fc.constantFrom(...repeated);
    const text = fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.array(part, { maxLength: 3 }));
    fc.assert(
      fc.property(text, ([parts, tail]) => {
        expect(takes(read, longText('', parts.join('')) + tail.join(''))).toBeLessThan(budgetMs);
      }),
      { numRuns: 40 },
    );
  });
});
