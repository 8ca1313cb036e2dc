import { describe, expect, it } from 'vitest';
import { boundsText, endpointsByTag, type OpenApi, schemaText } from './openapi.ts';

const document: OpenApi = {
  paths: {
    '/b': { post: { tags: ['Runs'], summary: 'Starts.' }, get: { tags: ['Runs'], summary: 'Lists.' } },
    '/a': { get: { tags: ['Access'], summary: 'Says who.' }, trace: {} },
    '/c': { delete: {} },
  },
  components: { schemas: { Loop: { type: 'object', properties: { next: { $ref: '#/components/schemas/Loop' } } } } },
};

describe('the API page', () => {
  it('groups endpoints by tag and orders them', () => {
    expect(
      endpointsByTag(document, '').map(([tag, list]) => [tag, list.map(({ method, path }) => `${method} ${path}`)]),
    ).toEqual([
      ['Access', ['GET /a']],
      ['Other', ['DELETE /c']],
      ['Runs', ['GET /b', 'POST /b']],
    ]);
    expect(endpointsByTag(document, 'runs starts').flatMap(([, list]) => list.map(({ method }) => method))).toEqual([
      'POST',
    ]);
  });

  it('writes shapes as text', () => {
    expect(
      schemaText(
        {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', description: 'Unique.' },
            tags: { type: 'array', items: { type: 'string' } },
            state: { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] },
            kinds: { type: 'array', items: { enum: ['x', 'y'] } },
            facts: { type: 'object', additionalProperties: { type: 'number' } },
          },
        },
        document,
      ),
    ).toBe(
      '{\n  name: string  // Unique.\n  tags?: string[]\n  state?: "a" | "b" | null\n  kinds?: ("x" | "y")[]\n  facts?: { [name: string]: number }\n}',
    );
  });

  it('ends at shapes that hold themselves and at nothing', () => {
    expect(schemaText({ $ref: '#/components/schemas/Loop' }, document)).toContain('…');
    expect(schemaText({ $ref: '#/components/schemas/Gone' }, document)).toBe('unknown');
    expect(schemaText(undefined, document)).toBe('unknown');
  });

  it('says bounds that mean something', () => {
    expect(boundsText({ default: 1, minimum: 1, maximum: Number.MAX_SAFE_INTEGER })).toBe('default 1, at least 1');
    expect(boundsText(undefined)).toBe('');
  });
});
