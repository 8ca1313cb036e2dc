import { describe, expect, test } from 'vitest';
import { failureOf, isGatewaysOwn, notJson, upstreamWords } from './failure.ts';

const errors = (msg: string): string => JSON.stringify({ errors: [{ msg }] });
const page = '<html><head><style>h1 {color: red}</style></head><body><h1>Blocked</h1> by policy</body></html>';

test.each([
  [502, page, true],
  [503, '', true],
  [503, errors('The index is being rebuilt'), false],
  [504, page, true],
  [500, page, false],
])('%i %s is a proxy’s own answer: %s', (status, text, own) => {
  expect(isGatewaysOwn({ status, text, headers: {}, path: 'api/x' })).toBe(own);
});

describe('a status becomes a code', () => {
  test.each([
    [401, '', {}, 'invalid_credentials'],
    [401, '{"message":"User is not authenticated"}', {}, 'invalid_credentials'],
    [401, '', { 'www-authenticate': 'Basic realm="proxy"' }, 'endpoint_unavailable'],
    [401, page, {}, 'endpoint_unavailable'],
    [407, '', {}, 'endpoint_unavailable'],
    [403, errors('Insufficient privileges'), {}, 'invalid_permissions'],
    [403, page, {}, 'endpoint_unavailable'],
    [403, '', {}, 'endpoint_unavailable'],
    [404, errors('Unknown url : /api/issues/list'), {}, 'endpoint_unavailable'],
    [404, '{"message":"Resource not found."}', {}, 'endpoint_unavailable'],
    [404, page, {}, 'endpoint_unavailable'],
    [404, errors("Project 'x' not found"), {}, 'project_not_found'],
    [404, errors("Component 'p' on branch 'x' not found"), {}, 'project_not_found'],
    [404, errors("No organization with key 'x'"), {}, 'organization_not_found'],
    [302, '', { location: 'https://login.example.com' }, 'endpoint_unavailable'],
    [400, errors('Can return only the first 10000 results. 10500th result asked.'), {}, 'upstream_error'],
    [429, '', {}, 'rate_limited'],
    [500, errors('An error has occurred.'), {}, 'upstream_error'],
    [503, '', {}, 'upstream_error'],
  ])('%i %s', (status, text, headers, code) => {
    expect(failureOf({ status, text, headers: headers as Record<string, string>, path: 'api/x' }).code).toBe(code);
  });

  test('a page with 200 is another program, or a proxy’s once the server was recognised', () => {
    const answer = { status: 200, text: page, headers: {}, path: 'api/x' };
    expect(notJson(answer, false)).toMatchObject({ code: 'not_a_sonarqube_server', upstream: 'Blocked by policy' });
    expect(notJson(answer, true).code).toBe('endpoint_unavailable');
  });
});

test('the outside system’s words are plain, short and never markup', () => {
  expect(upstreamWords(errors('Unknown url : /api/\u0027x\u0027'))).toBe("Unknown url : /api/'x'");
  expect(upstreamWords(page)).toBe('Blocked by policy');
  expect(upstreamWords('<p>' + 'word '.repeat(500))).toHaveLength(300);
  expect(upstreamWords('{"errors":"nonsense"')).toBe('{"errors":"nonsense"');
});
