import { Readable } from 'node:stream';
import type { Database } from '../../../platform/database/index.ts';
import { type Route, route, StreamedAnswer } from '../../access/index.ts';
import { SchemaDescription } from '../contract.ts';
import { describeSchema } from './describe-schema.ts';
import { schemaMarkdown } from './markdown.ts';

/** Counting costs up to seconds on large data, and everybody sees the same. */
const keptMs = 20_000;

export function schemaRoutes({ db, now }: { db: Database; now(): Date }): Route[] {
  let kept: { at: number; schema: Promise<SchemaDescription> } | undefined;
  const describe = (): Promise<SchemaDescription> => {
    const at = now();
    if (kept === undefined || at.getTime() - kept.at > keptMs) {
      const schema = describeSchema(db, at);
      kept = { at: at.getTime(), schema };
      schema.catch(() => {
        kept = undefined;
      });
    }
    return kept.schema;
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/explorer/schema',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'Describes every table and column of schema data.',
      tag: 'Data',
      response: SchemaDescription,
      handle: describe,
    }),
    route({
      method: 'GET',
      path: '/api/v1/explorer/schema.md',
      permission: 'sql:read',
      scope: 'organization',
      summary: 'The same as Markdown.',
      streams: ['text/markdown'],
      tag: 'Data',
      async handle() {
        const text = schemaMarkdown(await describe());
        return new StreamedAnswer('text/markdown; charset=utf-8', Readable.from([text]));
      },
    }),
  ];
}
