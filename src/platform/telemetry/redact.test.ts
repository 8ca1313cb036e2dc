import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../errors/index.ts';
import { createLog, redactFields, redactText } from './index.ts';

describe('redactText', () => {
  it.each([
    ['token squ_0123456789abcdef0123 used', 'token squ_[redacted] used'],
    ['sqa_0a1b2c3d sqp_0a1b2c3d sqco_0a1b2c3d', 'sqa_[redacted] sqp_[redacted] sqco_[redacted]'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
    ['sent bearer abc.def-ghi', 'sent bearer [redacted]'],
    ['postgres://u:p@ss@db:5432/x is down', 'postgres://[redacted]@db:5432/x is down'],
    ['GET /x?api_token=abc&page=2', 'GET /x?api_token=[redacted]&page=2'],
    ['{"password": "hunter2","a":1}', '{"password": "[redacted]","a":1}'],
    ['POST /hooks/sonarqube/12/k3y/p4th', 'POST /hooks/sonarqube/12/[redacted]'],
    ['pat.acc0unt.abcdef123.s3cr3ts3cr3t', 'pat.[redacted]'],
    ['BBDC-MDEyMzQ1Njc4OTAx', 'BBDC-[redacted]'],
    ['-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY----- x', '[redacted] x'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each(['12 issues in 3 projects', 'http://127.0.0.1:9000/api/issues/search?p=2', 'basic', 'the token is valid'])(
    'leaves alone: %s',
    (text) => {
      expect(redactText(text)).toBe(text);
    },
  );

  it('shortens what is endless', () => {
    expect(redactText('x'.repeat(10_000))).toHaveLength(4_001);
  });
});

describe('redactFields', () => {
  it('hides by name at any depth, in arrays, errors and causes', () => {
    const secret = 'hunter2';
    const cause = Object.assign(new Error(`login failed for password=${secret}`), { apiToken: secret });
    const error = new PlumblineError('unreachable', {
      message: 'x',
      data: { headers: { Authorization: secret } },
      cause,
    });
    const fields = {
      list: [{ a: { apiToken: secret, password_hash: secret } }],
      secrets: { a: secret },
      error,
      cookie: secret,
    };
    const text = JSON.stringify(redactFields(fields));
    expect(text).not.toContain(secret);
    expect(text).toContain('"code":"unreachable"');
  });

  it('keeps what only talks about secrets', () => {
    const fields = { tokenKind: 'user', tokens: 3, passwordSet: true, tokenExpiresAt: null, key: 'my-project' };
    expect(redactFields(fields)).toEqual(fields);
  });

  it('survives cycles, depth, dates, bytes and big numbers', () => {
    const cyclic: Record<string, unknown> = { at: new Date(0), bytes: new Uint8Array(3), big: 10n, bad: new Date(NaN) };
    cyclic['self'] = cyclic;
    expect(redactFields(cyclic)).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      bytes: '[3 bytes]',
      big: '10',
      bad: 'Invalid Date',
      self: '[…]',
    });
  });

  it('never throws and always gives JSON, whatever is logged', () => {
    fc.assert(
      fc.property(
        fc.object({ withBigInt: true, withDate: true, withMap: true, withSet: true, maxDepth: 4 }),
        (fields) => {
          JSON.stringify(redactFields(fields));
        },
      ),
    );
  });

  it('never lets a token through, wherever it stands', () => {
    const token = fc.stringMatching(/^[0-9a-f]{40}$/).map((hex) => `squ_${hex}`);
    const place = fc.constantFrom('message', 'token', 'url', 'nested', 'error');
    fc.assert(
      fc.property(token, place, fc.string(), (secret, where, noise) => {
        const fields = {
          message: where === 'message' ? `${noise} ${secret} ${noise}` : noise,
          token: secret,
          url: new URL(where === 'url' ? `http://${secret}@host/?x=${secret}` : 'http://host/'),
          nested: [[{ text: where === 'nested' ? `"${secret}"` : noise }]],
          error: new Error(where === 'error' ? `said ${secret}` : noise),
        };
        expect(JSON.stringify(redactFields(fields))).not.toContain(secret);
      }),
    );
  });
});

describe('createLog', () => {
  const write = (format: 'json' | 'text', level: 'info' | 'warn' = 'info') => {
    const lines: string[] = [];
    const stream = { write: (line: string) => lines.push(line) };
    const log = createLog({ level, format, stream, now: () => new Date('2026-01-02T03:04:05Z') });
    return { log, lines };
  };

  it('writes one object per line, with the fields of its parents', () => {
    const { log, lines } = write('json');
    log.child({ integration: 7, apiToken: 'x' }).info({ run: 3 }, 'run started with squ_abcdef');
    log.debug({}, 'not shown');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: '2026-01-02T03:04:05.000Z',
      integration: 7,
      apiToken: '[redacted]',
      run: 3,
      msg: 'run started with squ_[redacted]',
    });
  });

  it('writes for people', () => {
    const { log, lines } = write('text', 'warn');
    log.warn({ host: 'sonar.example', reason: 'no route' }, 'host paused');
    expect(lines).toEqual(['03:04:05 warn  host paused host=sonar.example reason="no route"\n']);
    log.error({ error: new Error('broken') }, 'failed');
    expect(lines[1]).toMatch(/^03:04:05 error failed error=\{"type":"Error","message":"broken"\}\n {4}Error: broken\n/);
  });
});
