import { fileURLToPath } from 'node:url';
import { Located } from '../../../src/features/code-quality/located/contract.ts';
import { createHelp } from '../../../src/features/help/index.ts';
import { prepared } from '../stage.ts';

/** The documentation itself: it is the same for everybody. */
export const helpAnswers = () => createHelp({ root: fileURLToPath(new URL('../../..', import.meta.url)) }).routes;

const project = { id: 1, name: 'payments-api' };

export const locatedAnswers = () => [
  prepared('GET', '/api/v1/located', Located, ({ query }) => ({
    findings:
      query['text'] === 'AZqT0k8Wb1xY'
        ? [
            {
              id: 3,
              key: 'AZqT0k8Wb1xY',
              message: 'Use a strong cipher',
              project,
              branch: 'main',
              status: 'OPEN',
              gone: false,
            },
          ]
        : [],
    analyses:
      query['text'] === '9f2c1ab07d'
        ? [
            {
              id: 4,
              commit: '9f2c1ab07d'.repeat(4),
              project,
              branch: 'main',
              analyzedAt: '2026-11-20T10:00:00.000Z',
              gate: 'OK',
            },
          ]
        : [],
  })),
];
