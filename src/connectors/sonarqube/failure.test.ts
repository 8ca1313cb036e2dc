import { describe, expect, test } from 'vitest';
import { failureOf, isGatewaysOwn, isUnknownUrl, notJson, upstreamWords } from './failure.ts';

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
    [401, ' \n', {}, 'invalid_credentials'],
    [401, '{"message":"no"}', { 'www-authenticate': 'Basic realm="proxy"' }, 'endpoint_unavailable'],
    [407, '{"message":"no"}', {}, 'endpoint_unavailable'],
    [300, '', {}, 'endpoint_unavailable'],
    [399, '', {}, 'endpoint_unavailable'],
    [418, page, {}, 'endpoint_unavailable'],
    [499, page, {}, 'endpoint_unavailable'],
    [500, page, {}, 'upstream_error'],
    [404, errors('Organisation is missing'), {}, 'organization_not_found'],
  ])('%i %s', (status, text, headers, code) => {
    expect(failureOf({ status, text, headers: headers as Record<string, string>, path: 'api/x' }).code).toBe(code);
  });

  test.each([
    // The server's own words refuse, whatever the status; a proxy's 403 says nothing about the token.
    [400, errors('Insufficient privileges'), 'api/x', 'invalid_permissions'],
    [404, errors('insufficient privileges for this'), 'api/x', 'invalid_permissions'],
    [500, errors('Insufficient privileges'), 'api/x', 'invalid_permissions'],
    [302, errors('Insufficient privileges'), 'api/x', 'endpoint_unavailable'],
    [400, errors('These are insufficient privileges'), 'api/x', 'upstream_error'],
    [403, errors('Forbidden'), 'api/x', 'invalid_permissions'],
    [403, '{"message":"Forbidden"}', 'api/x', 'endpoint_unavailable'],
    [403, '{"message":"Forbidden"}', 'api/v2/x', 'invalid_permissions'],
    [403, '{"message":"Forbidden"}', 'proxy/api/v2/x', 'endpoint_unavailable'],
    [403, '{"errors":[]}', 'api/x', 'endpoint_unavailable'],
    [403, page, 'api/v2/x', 'endpoint_unavailable'],
  ])('of a refusal: %i %s for %s', (status, text, path, code) => {
    expect(failureOf({ status, text, headers: {}, path }).code).toBe(code);
  });

  test('says what the token needs, where that is known, and what the server said', () => {
    const refused = (path: string) => failureOf({ status: 403, text: errors('No'), headers: {}, path });
    expect(refused('api/x').message).toBe('The token may not call api/x.');
    expect(refused('api/issues/search').message).toMatch(
      /^The token may not call api\/issues\/search\. It needs: .+\.$/,
    );
    expect(refused('api/x')).toMatchObject({ upstream: 'No', data: { status: 403, path: 'api/x' } });
    const silent = failureOf({ status: 503, text: '', headers: {}, path: 'api/x' });
    expect(silent).toMatchObject({ upstream: 'HTTP 503 without a body' });
    expect(silent.message).toBe('The server answered api/x with status 503.');
    const said = (status: number, text: string) => failureOf({ status, text, headers: {}, path: 'api/x' }).message;
    expect(said(302, '')).toBe('api/x redirects elsewhere, probably to a log-in page.');
    expect(said(400, errors('no'))).toBe('The server refused the parameters of api/x.');
    expect(said(418, '')).toBe('api/x is missing or blocked by a proxy (status 418).');
    expect(said(407, '')).toBe('A proxy in front of the server wants its own log-in for api/x.');
    expect(said(404, errors('Unknown url : /api/x'))).toBe('This server has no api/x.');
    expect(said(404, errors('Project gone'))).toBe('Project gone');
  });

  test.each([
    [404, errors('Unknown url : /api/x'), true],
    [404, errors('Is it an Unknown url'), false],
    [400, errors('Unknown url : /api/x'), false],
    [404, 'Unknown url : /api/x', false],
  ])('%i %s is an endpoint that the server does not have: %s', (status, text, unknown) => {
    expect(isUnknownUrl({ status, text, headers: {}, path: 'api/x' })).toBe(unknown);
  });

  test('a page with 200 is another program, or a proxy’s once the server was recognised', () => {
    const answer = { status: 200, text: page, headers: {}, path: 'api/x' };
    expect(notJson(answer, false)).toMatchObject({ code: 'not_a_sonarqube_server', upstream: 'Blocked by policy' });
    expect(notJson(answer, false).data).toMatchObject({ status: 200, path: 'api/x' });
    expect(notJson(answer, true)).toMatchObject({
      code: 'endpoint_unavailable',
      message: 'api/x is answered by a proxy’s page.',
      upstream: 'Blocked by policy',
      data: { status: 200, path: 'api/x' },
    });
  });
});

test('the outside system’s words are plain, short and never markup', () => {
  expect(upstreamWords(errors('Unknown url : /api/\u0027x\u0027'))).toBe("Unknown url : /api/'x'");
  expect(upstreamWords(page)).toBe('Blocked by policy');
  expect(upstreamWords('<p>' + 'word '.repeat(500))).toHaveLength(300);
  expect(upstreamWords('{"errors":"nonsense"')).toBe('{"errors":"nonsense"');
  expect(upstreamWords('{"errors":[{"msg":"one"},null,{"msg":7},{"msg":"two"}],"message":"no"}')).toBe('one; two');
  expect(upstreamWords('{"message":"one\\ntwo"}')).toBe('one two');
  expect(upstreamWords('{"errors":[]}')).toBe('{"errors":[]}');
  for (const text of ['["message"]', 'null', '7']) expect(upstreamWords(text)).toBe(text);
});
