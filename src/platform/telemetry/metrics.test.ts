import { describe, expect, it } from 'vitest';
import { createMetrics, createReadiness, databaseAnswers, migrationsApplied } from './index.ts';

describe('metrics', () => {
  it('shows what was observed and what its sources say', async () => {
    let tasks: Record<string, number> = { leased: 2, waiting: 5 };
    const metrics = createMetrics({
      version: '1.2.3',
      sources: { tasks: async () => tasks, runs: () => Promise.reject(new Error('database is gone')) },
    });
    metrics.observe({ method: 'GET', route: '/api/v1/runs/:id', status: 200, seconds: 0.02 });
    metrics.observeOutbound({ host: 'sonar.example', status: '429', milliseconds: 20 });
    const first = await metrics.text();
    expect(first.contentType).toContain('text/plain');
    for (const line of [
      'plumbline_info{version="1.2.3"} 1',
      'plumbline_http_request_seconds_count{method="GET",route="/api/v1/runs/:id",status="200"} 1',
      'plumbline_outbound_request_seconds_bucket{le="0.025",host="sonar.example",status="429"} 1',
      'plumbline_tasks{state="leased"} 2',
    ]) {
      expect(first.body).toContain(line);
    }
    expect(first.body).not.toContain('plumbline_runs{');
    tasks = { waiting: 1 };
    const second = await metrics.text();
    expect(second.body).toContain('plumbline_tasks{state="waiting"} 1');
    expect(second.body).not.toContain('leased');
  });

  it('of two hubs in one process do not mix', async () => {
    const [one, other] = [createMetrics({ version: '1' }), createMetrics({ version: '2' })];
    one.observe({ method: 'GET', route: '/', status: 200, seconds: 1 });
    expect((await other.text()).body).not.toContain('route="/"');
  });
});

describe('readiness', () => {
  it('names what is missing, and does not wait for what hangs', async () => {
    const ready = createReadiness(
      {
        fine: async () => undefined,
        broken: () => Promise.reject(new Error('no vault key')),
        hanging: () => new Promise(() => undefined),
      },
      { timeoutMs: 20, notes: () => ({ readReplica: 'it is 400 s behind' }) },
    );
    expect(await ready()).toEqual({
      ready: false,
      checks: { fine: 'ok', broken: 'no vault key', hanging: 'no answer in time', readReplica: 'it is 400 s behind' },
    });
    expect(await createReadiness({ fine: async () => undefined })()).toEqual({ ready: true, checks: { fine: 'ok' } });
  });

  it('asks the database without telling who it is', async () => {
    const known = [
      { room: 'one', number: 2, name: '0002-b' },
      { room: 'two', number: 2, name: '0002-c' },
    ];
    const gone = { query: () => Promise.reject(new Error('password authentication failed for user "plumbline"')) };
    await expect(databaseAnswers(gone)()).rejects.toThrow(/^the database does not answer$/);
    await expect(migrationsApplied(gone, known)()).rejects.toThrow(/^the database does not answer$/);
    const failing = (code: string) => ({ query: () => Promise.reject(Object.assign(new Error('host db'), { code })) });
    await expect(databaseAnswers(failing('53300'))()).rejects.toThrow(/^the database has no connection left$/);
    await expect(migrationsApplied(failing('53300'), known)()).rejects.toThrow(/^the database has no connection left$/);
    await expect(migrationsApplied(failing('42P01'), known)()).rejects.toThrow('migration 0002-b is not applied yet');
    const at = (...rows: object[]) => migrationsApplied({ query: async () => rows }, known)();
    const [first, second] = known;
    await expect(at()).rejects.toThrow('0002-b');
    // Another room's of the same number proves nothing.
    await expect(at(first as object, { room: 'three', number: 2 })).rejects.toThrow('0002-c');
    await at(first as object, second as object);
    await at(first as object, second as object, { room: 'one', number: 9 });
  });
});
