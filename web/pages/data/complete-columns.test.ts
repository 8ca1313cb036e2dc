import { CompletionContext } from '@codemirror/autocomplete';
import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { columnOptions, completeColumns } from './complete-columns.ts';

const tables = {
  sonarqube_issues: ['id', 'severity', 'project_id'],
  sonarqube_projects: ['id', 'name'],
  deployments: ['id', 'severity', 'environment'],
};

/** What is offered at the bar in the text, best first, cut down to what was typed as the editor does. */
function offered(text: string, explicit = false): string[] {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [sql({ dialect: PostgreSQL })] });
  const result = completeColumns(tables)(new CompletionContext(state, pos, explicit));
  if (result === null) return [];
  const typed = state.sliceDoc(result.from, pos).toLowerCase();
  return result.options
    .filter(({ label }) => label.startsWith(typed))
    .sort((a, b) => (b.boost ?? 0) - (a.boost ?? 0))
    .map(({ label }) => label);
}

describe('completion of columns', () => {
  it.each([
    'select sev|',
    'select SEV|',
    'select id, sev|',
    'select id,sev| from sonarqube_issues',
    'select count(*) from sonarqube_issues where sev| = 1 group by id',
    'select 1;\nselect sev|',
  ])('finds severity in %j', (text) => {
    expect(offered(text)).toEqual(['severity']);
  });

  it('offers columns of the tables that the statement names first, with where they are', () => {
    expect(offered('select | from sonarqube_projects', true).slice(0, 2).sort()).toEqual(['id', 'name']);
    const severity = columnOptions('select 1 from SonarQube_Issues', tables).find(({ label }) => label === 'severity');
    expect(severity?.detail).toBe('sonarqube_issues');
    expect(columnOptions('', tables).find(({ label }) => label === 'id')?.detail).toBe(
      'sonarqube_issues, sonarqube_projects and 1 more',
    );
  });

  it.each(["select 'sev|'", '-- sev|', 'select i.sev| from sonarqube_issues i', 'select "sev|"', 'select |'])(
    'stays out of %j',
    (text) => {
      expect(offered(text)).toEqual([]);
    },
  );
});
