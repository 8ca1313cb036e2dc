import { expect } from 'vitest';
import { ask, type Checks, issues } from '../target.ts';

const wrong = { token: 'squ_0000000000000000000000000000000000000000' };

/** How the server is reached and how it refuses. */
export const wireChecks: Checks = {
  'unknown-parameter-ignored': async (t) => {
    const plain = await issues(t, { componentKeys: t.small, ps: 1 });
    const odd = await ask(t, 'api/issues/search', { componentKeys: t.small, ps: 1, nope: 'x' });
    expect(odd.status).toBe(200);
    expect(odd.json<{ total: number }>().total).toBe(plain.total);
  },
  'component-keys-everywhere': async (t) => {
    const everything = await issues(t, { ps: 1 });
    const byKeys = await issues(t, { componentKeys: t.small, ps: 1 });
    const byComponents = await issues(t, { components: t.small, ps: 1 });
    expect(byKeys.total).toBeGreaterThan(0);
    expect(byKeys.total).toBeLessThan(everything.total);
    expect(byComponents.total).toBe(t.profile.componentsParameter ? byKeys.total : everything.total);
  },
  'newer-filters-ignored': async (t) => {
    const all = await issues(t, { componentKeys: t.small, ps: 1 });
    const filtered = await issues(t, { componentKeys: t.small, ps: 1, issueStatuses: 'FIXED' });
    if (t.profile.issueStatus) expect(filtered.total).toBeLessThan(all.total);
    else expect(filtered.total).toBe(all.total);
  },
  'missing-component-empty-200': async (t) => {
    const answer = await ask(t, 'api/issues/search', { componentKeys: 'there-is-no-such-project' });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ total: 0, issues: [] });
  },
  'status-is-open': async (t) => {
    const status = await ask(t, 'api/system/status', {}, { as: 'nobody' });
    expect(status.json()).toMatchObject({ version: t.profile.version, status: 'UP', id: expect.any(String) });
    expect((await ask(t, 'api/system/ping', {}, { as: 'nobody' })).status).toBe(401);
    expect((await ask(t, 'api/system/ping')).text).toBe('pong');
    const version = await ask(t, 'api/server/version', {}, { as: 'nobody' });
    expect(version.text).toBe(t.profile.version);
    expect(version.contentType).toContain('text/plain');
    // Even a wrong token does not matter here.
    expect((await ask(t, 'api/system/status', {}, { as: wrong })).status).toBe(200);
  },
  'non-api-path-is-html': async (t) => {
    const page = await ask(t, 'no/such/page', {}, { as: 'nobody' });
    expect(page.status).toBe(200);
    expect(page.contentType).toContain('text/html');
  },
  'v2-since-10': async (t) => {
    const answer = await ask(t, 'api/v2/analysis/version');
    expect(answer.status).toBe(t.profile.v2 ? 200 : 404);
    if (t.profile.v2) expect(answer.text).toBe(t.profile.version);
    else expect(answer.message()).toBe('Unknown url : /api/v2/analysis/version');
  },
  'bearer-since-10': async (t) => {
    const bearer = { as: 'admin', scheme: 'Bearer' } as const;
    const answer = await ask(t, 'api/projects/search', { ps: 1 }, bearer);
    expect(answer.status).toBe(t.profile.bearer ? 200 : 401);
    const validate = await ask(t, 'api/authentication/validate', {}, bearer);
    expect(validate.json()).toEqual({ valid: t.profile.bearer });
  },
  'basic-everywhere': async (t) => {
    expect((await ask(t, 'api/projects/search', { ps: 1 })).status).toBe(200);
    expect((await ask(t, 'api/authentication/validate')).json()).toEqual({ valid: true });
  },
  'bad-token-401-empty': async (t) => {
    for (const path of ['api/users/current', 'api/issues/search', 'api/projects/search', 'api/nope']) {
      const answer = await ask(t, path, {}, { as: wrong });
      expect([path, answer.status, answer.text]).toEqual([path, 401, '']);
      expect(answer.headers.get('www-authenticate')).toBeNull();
      expect(answer.headers.get('content-length')).toBe('0');
    }
  },
  'anonymous-401': async (t) => {
    for (const path of ['api/users/current', 'api/issues/search', 'api/metrics/search', 'api/nope']) {
      const answer = await ask(t, path, {}, { as: 'nobody' });
      expect([path, answer.status, answer.text]).toEqual([path, 401, '']);
    }
  },
  'validate-says-false': async (t) => {
    for (const as of [wrong, 'nobody'] as const) {
      const answer = await ask(t, 'api/authentication/validate', {}, { as });
      expect([answer.status, answer.json()]).toEqual([200, { valid: false }]);
    }
  },
  'forbidden-text': async (t) => {
    const answer = await ask(t, 'api/projects/search', {}, { as: 'browse' });
    expect([answer.status, answer.message()]).toEqual([403, 'Insufficient privileges']);
  },
  'unknown-url': async (t) => {
    const answer = await ask(t, 'api/nope');
    expect([answer.status, answer.message()]).toEqual([404, 'Unknown url : /api/nope']);
    expect(answer.contentType).toContain('application/json');
  },
  'method-405': async (t) => {
    const answer = await ask(t, 'api/issues/search', {}, { method: 'POST' });
    expect([answer.status, answer.message()]).toEqual([405, 'HTTP method GET is required']);
  },
  'created-in-last-500': async (t) => {
    const answer = await ask(t, 'api/issues/search', { createdInLast: 'x' });
    expect([answer.status, answer.message()]).toEqual([
      500,
      'An error has occurred. Please contact your administrator',
    ]);
  },
  'quote-escaped': async (t) => {
    const answer = await ask(t, 'api/components/show', { component: 'nope' });
    expect(answer.text).toBe('{"errors":[{"msg":"Component key \\u0027nope\\u0027 not found"}]}');
  },
  gzip: async (t) => {
    const answer = await ask(t, 'api/metrics/search', { ps: 100 });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
  },
  'mode-since-10-8': async (t) => {
    const answer = await ask(t, 'api/v2/clean-code-policy/mode');
    if (t.profile.modes)
      expect(answer.json()).toEqual({ mode: expect.stringMatching(/^MQR$|^STANDARD/), modified: expect.any(Boolean) });
    else expect(answer.status).toBe(404);
    const setting = await ask(t, 'api/settings/values', { keys: 'sonar.multi-quality-mode.enabled' });
    expect(setting.json<{ settings: object[] }>().settings).toHaveLength(t.profile.modes ? 1 : 0);
  },
};
