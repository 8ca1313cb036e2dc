import { describe, expect, it } from 'vitest';
import { dataContents } from '../crash/data-contents.ts';
import { all, deliveries, hubOn, live, recordedServer } from './recorded-life.ts';

describe('what only deliveries tell', () => {
  it('stands in the data beside what the server answers', async () => {
    const hub = await hubOn(await recordedServer('first_set'));
    await live(hub, [...all, 'poll']);
    const analyses = await hub.db.query<{
      branch: string;
      revision: string | null;
      gate_status: string;
      gate_evaluated: boolean;
      analyzed_at: Date;
      changed_at: Date;
    }>(
      `select b.kind || ' ' || b.name as branch, a.revision, a.gate_status, a.gate_evaluated, a.analyzed_at, a.changed_at
         from data.sonarqube_analyses a join data.sonarqube_branches b on b.id = a.branch_id order by a.analyzed_at, 1`,
    );
    const of = (branch: string): (typeof analyses)[number] | undefined =>
      analyses.findLast((row) => row.branch === branch);
    // A commit that no answer of the server tells.
    expect(of('pull_request 102')).toMatchObject({
      revision: 'dc0bc54bc079eb340316b57866f90d363249da7a',
      gate_status: 'ERROR',
    });
    // Accepted by hand nine seconds after the analysis.
    expect(of('pull_request 103')).toMatchObject({
      revision: 'd00e9d48a86f4805c8b5bd9d0583e22b14be4289',
      gate_status: 'OK',
      changed_at: new Date('2026-11-21T08:24:54Z'),
    });
    // Its FAILED task changed nothing: neither the verdict nor the commit.
    expect(of('pull_request 104')).toMatchObject({ gate_status: 'OK', revision: expect.stringMatching(/^70cf9ecd/) });
    const conditions = await hub.db.query<{ text: string }>(
      `select m.source_key || ' ' || c.status as text from data.sonarqube_quality_gate_conditions c
         join data.sonarqube_metrics m on m.id = c.metric_id
         join data.sonarqube_analyses a on a.id = c.analysis_id
         join data.sonarqube_branches b on b.id = a.branch_id where b.name = '103' and a.analyzed_at = '2026-11-21T08:24:45Z' order by 1`,
    );
    // Two conditions without a value, which the server's own answer leaves out or calls OK.
    expect(conditions.map(({ text }) => text)).toEqual([
      'new_coverage NO_VALUE',
      'new_duplicated_lines_density OK',
      'new_security_hotspots_reviewed NO_VALUE',
      'new_violations OK',
    ]);
  });

  it('stays although an audit compares with answers that do not tell it', async () => {
    const hub = await hubOn(await recordedServer('first_set'));
    const contents = await live(hub, [...all, 'poll']);
    const { body } = await hub.call('POST', `/api/v1/integrations/${hub.integrationId}/audits`, { body: {} });
    await hub.settled();
    const { body: audit } = await hub.call('GET', `/api/v1/audits/${body.id}`);
    const analyses = audit.scopes.filter(({ stream }: { stream: string }) => stream === 'analyses');
    expect(analyses.length).toBeGreaterThan(5);
    expect(analyses.flatMap(({ differences }: { differences: object[] }) => differences)).toEqual([]);
    await hub.poll();
    expect(await dataContents(hub.db)).toEqual(contents);
  });
});

describe('a delivery', () => {
  it('of a known project is read by a run of its own without a discovery', async () => {
    const server = await recordedServer('first_set');
    const hub = await hubOn(server);
    await hub.poll();
    server.journal.clear();
    await hub.deliver(deliveries[4]?.body ?? '');
    await hub.settled();
    const runs = await hub.db.query(
      `select r.kind, r.status, r.requested_by, array_agg(t.slice || ' ' || t.phase order by t.id) as tasks
         from ingestion.runs r join ingestion.tasks t on t.run_id = r.id where r.kind = 'webhook' group by r.id`,
    );
    expect(runs).toMatchObject([
      { status: 'success', requested_by: 'webhook', tasks: ['project:shop current', 'project:shop history'] },
    ]);
    expect(server.journal.endpoints()).not.toContain('GET api/projects/search');
    const [delivery] = (await hub.call('GET', `/api/v1/integrations/${hub.integrationId}/deliveries`)).body.deliveries;
    expect(delivery).toMatchObject({
      event: 'analysis',
      subject: 'shop · pull request 102',
      state: 'done',
      outcome: 'reading',
      origin: 'delivered',
    });
  });

  it('of a project nobody knows is kept, looked for, and read when it is found', async () => {
    const server = await recordedServer('first_set');
    const hub = await hubOn(server);
    await hub.deliver(deliveries[4]?.body ?? '');
    const stranger = JSON.stringify({ status: 'SUCCESS', taskId: 't', project: { key: 'nowhere' } });
    await hub.deliver(stranger);
    await hub.settled();
    const { body } = await hub.call('GET', `/api/v1/integrations/${hub.integrationId}/deliveries`);
    expect(body.deliveries.map(({ subject, outcome }: Record<string, string>) => `${subject}: ${outcome}`)).toEqual([
      'nowhere: looked_for',
      'shop · pull request 102: looked_for',
    ]);
    const { n } = await hub.db.one<{ n: number }>('select count(*)::int as n from data.sonarqube_analyses');
    expect(n).toBeGreaterThan(5);
  });

  it('of an analysis that failed is stored and leads to nothing', async () => {
    const hub = await hubOn(await recordedServer('first_set'));
    await hub.poll();
    const before = await dataContents(hub.db);
    const failed = deliveries.find(({ file }) => file.includes('task-failed'));
    await hub.deliver(failed?.body ?? '');
    await hub.settled();
    const [delivery] = (await hub.call('GET', `/api/v1/integrations/${hub.integrationId}/deliveries`)).body.deliveries;
    expect(delivery).toMatchObject({ event: 'analysis_failed', outcome: 'nothing_to_read', runId: null });
    expect(await dataContents(hub.db)).toEqual(before);
  });
});
