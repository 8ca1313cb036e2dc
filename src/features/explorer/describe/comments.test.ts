import { expect, test } from 'vitest';
import { parseComment } from './comments.ts';

test('marks are taken out of the text, brackets inside a source stay', () => {
  expect(parseComment('The issue’s key. [source: api/issues/search issues[].key] [fk: sonarqube_projects.id]')).toEqual(
    {
      text: 'The issue’s key.',
      source: 'api/issues/search issues[].key',
      foreignKey: { table: 'sonarqube_projects', column: 'id' },
    },
  );
  expect(parseComment('[fk: data.runs.id] The run.')).toEqual({
    text: 'The run.',
    source: null,
    foreignKey: { table: 'runs', column: 'id' },
  });
});

test('a comment without marks, an open mark and no comment are taken as they are', () => {
  expect(parseComment('Plain [not a mark].')).toEqual({ text: 'Plain [not a mark].', source: null, foreignKey: null });
  expect(parseComment('Broken [source: api').text).toBe('Broken [source: api');
  expect(parseComment(null)).toEqual({ text: '', source: null, foreignKey: null });
});
