import { describe, expect, it } from 'vitest';
import { hasStreamWords, rowNoun, sliceTitle, streamTitle, wayWords, whereIs } from './stream-words.ts';

describe('the words for what a stream brings', () => {
  it.each([
    ['projects', 'Projects', 'project', 'projects'],
    ['server', 'Mode of the server', 'server', 'servers'],
    ['metrics', 'Metrics', 'metric', 'metrics'],
    ['quality_gates', 'Quality gates', 'quality gate', 'quality gates'],
    ['branches', 'Branches and pull requests', 'branch or pull request', 'branches and pull requests'],
    ['analyses', 'Newest analyses', 'analysis', 'analyses'],
    ['analysis_history', 'Past analyses', 'past analysis', 'past analyses'],
    ['measures', 'Measures', 'measure', 'measures'],
    ['measure_history', 'Measure history', 'past measure', 'past measures'],
    ['issues', 'Issues', 'issue', 'issues'],
    ['hotspots', 'Security hotspots', 'hotspot', 'hotspots'],
    ['rules', 'Rules in use', 'rule', 'rules'],
    ['repositories', 'Repositories', 'repository', 'repositories'],
    ['images', 'Images', 'image', 'images'],
    ['image_tags', 'Tags', 'tag', 'tags'],
    ['organizations', 'Organizations', 'organization', 'organizations'],
    ['pipelines', 'Pipelines', 'pipeline', 'pipelines'],
    ['services', 'Services', 'service', 'services'],
    ['environments', 'Environments', 'environment', 'environments'],
    ['executions', 'Executions', 'execution', 'executions'],
    ['execution_history', 'Past executions', 'past execution', 'past executions'],
    ['stage_outcomes', 'Outcomes of stages', 'outcome of a stage', 'outcomes of stages'],
  ])('%s: “%s”, one “%s”, two “%s”', (stream, title, one, many) => {
    expect(hasStreamWords(stream)).toBe(true);
    expect([streamTitle(stream), rowNoun(stream, 1), rowNoun(stream, 2), rowNoun(stream, 0)]).toEqual([
      title,
      one,
      many,
      many,
    ]);
  });

  it('a stream without words of its own brings rows, whatever it is called', () => {
    for (const stream of ['branch_list', 'constructor', '']) {
      expect(hasStreamWords(stream)).toBe(false);
      expect([streamTitle(stream), rowNoun(stream, 1), rowNoun(stream, 2)]).toEqual(['Rows', 'row', 'rows']);
    }
  });
});

describe('where rows are', () => {
  it.each([
    ['', 'discovery', ''],
    ['branch:main', 'discovery', ' of branch main'],
    ['pull_request:12', 'project:shop', ' of pull request 12 of shop'],
    ['', 'project:my:shop', ' of my:shop'],
    ['branch:a:b', 'repository:team/shop', ' of branch a:b of team/shop'],
    // Only a kind before a colon is one.
    ['x branch:main', '', ' of x branch:main'],
  ])('“%s” in “%s” is “%s”', (scope, slice, words) => {
    expect(whereIs(scope, slice)).toBe(words);
  });

  it('a slice is called by the name of what it holds', () => {
    expect(['discovery', 'project:a:b', 'images', 'x project:a'].map(sliceTitle)).toEqual([
      'What there is to read',
      'a:b',
      'images',
      'x project:a',
    ]);
  });
});

it.each([
  ['issues/search by update date', 'by date of change'],
  ['pull of what changed', 'by what changed'],
  ['hotspots/search by status', 'counted by status'],
  ['issues/search facet types', 'counted in groups'],
  ['issues/list', 'listed from the database'],
  ['measures/search_history', 'history, page by page'],
  ['tags/list', 'listed tag by tag'],
  ['v2/_catalog', 'listed by the registry'],
  ['manifests of tags', 'read tag by tag'],
  ['projects/search', 'searched page by page'],
  ['project_branches/list', 'listed page by page'],
  ['measures/component', 'asked one by one'],
  ['asked_each', 'asked one by one'],
  ['each', 'each'],
])('%s is said as “%s”', (method, words) => {
  expect(wayWords(method)).toBe(words);
});
