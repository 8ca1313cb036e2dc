import { expect, it } from 'vitest';
import {
  analysis,
  branch,
  hotspot,
  issue,
  measure,
  project,
  rule,
  sharedStore,
} from '../../../test/support/sonarqube-stage.ts';

const start = sharedStore();

it('projects published at the same time share rules, people, tags and metrics without waiting in a circle', async () => {
  const { db, stage } = await start();
  const keys = Array.from({ length: 8 }, (_, index) => `p${index}`);
  await stage.publish([{ stream: 'projects', records: keys.map((key) => project({ key })) }], { phase: 'discovery' });
  // Each project meets the shared names in another order and by another stream.
  const shared = (index: number, n: number): number => (index % 2 === 0 ? n : 39 - n);
  const publish = (tag: string) =>
    Promise.all(
      keys.map((key, index) => {
        const finding = (n: number) => ({
          rule: `javascript:S${shared(index, n)}`,
          author: `person ${shared(index, n + 1)}`,
        });
        return stage.publish(
          [
            { stream: 'branches', records: [branch()] },
            {
              stream: 'issues',
              records: Array.from({ length: 20 }, (_, n) =>
                issue({ key: `${key}-i${n}`, ...finding(n), tags: [`${tag}${shared(index, n)}`] }),
              ),
            },
            {
              stream: 'hotspots',
              records: Array.from({ length: 20 }, (_, n) => hotspot({ key: `${key}-h${n}`, ...finding(n + 20) })),
            },
            {
              stream: 'rules',
              records: Array.from({ length: 40 }, (_, n) => rule({ key: `javascript:S${n}`, tags: [tag] })),
            },
            { stream: 'measures', records: Array.from({ length: 10 }, (_, n) => measure(`m${shared(index, n)}`, '1')) },
            {
              stream: 'analyses',
              records: [
                analysis({
                  key: 'k',
                  conditions: [
                    {
                      metric: `m${shared(index, 20)}`,
                      operator: 'GT',
                      threshold: '0',
                      actualValue: '1',
                      status: 'ERROR',
                    },
                  ],
                }),
              ],
            },
          ],
          { project: key },
        );
      }),
    );
  for (const tag of ['x', 'y']) {
    const published = await publish(tag);
    for (const { streams } of published) {
      expect(streams.find((stream) => stream.stream === 'issues')).toMatchObject({ stored: 20 });
      expect(streams.find((stream) => stream.stream === 'hotspots')).toMatchObject({ stored: 20 });
    }
  }
  expect(await db.query('select count(*) as n from code_quality.rules where tags = $1', [['y']])).toEqual([{ n: 40 }]);
});
