import { describe, expect, it } from 'vitest';
import { resolveLink } from './links.ts';
import { renderPage } from './render.ts';
import { searchDocumentation } from './search.ts';

describe('a page of the documentation', () => {
  it('lets no HTML, script or foreign address through', () => {
    const hostile = [
      '# T',
      '<script>alert(1)</script> <img src=x onerror=alert(1)>',
      '[a](javascript:alert(1)) [b](data:text/html,x) ![c](https://evil.example/p.png)',
      '## <b id="content">x</b>',
    ].join('\n\n');
    const { html } = renderPage('docs/x.md', hostile);
    expect(html).not.toMatch(/<script|<img src=x|<b |href="(?:javascript|data):|evil\.example/i);
  });

  it('leads to pages the hub serves, and names what it does not serve without a link', () => {
    const text =
      '[a](../README.md) [b](insights/formulas.md#severities) [c](#here) [d](../src/main.ts) [e](https://x.example)';
    const { html } = renderPage('docs/x.md', `# T\n\n${text}\n\n![p](pictures/one.png)`);
    expect(html).toContain('<a href="help/readme">a</a>');
    expect(html).toContain('<a href="help/insights/formulas#severities">b</a>');
    expect(html).toContain('<a href="help/x#here">c</a>');
    expect(html).toContain('<span title="src/main.ts">d</span>');
    expect(html).toContain('href="https://x.example" rel="noreferrer" target="_blank"');
    expect(html).toContain('src="api/v1/help/pictures?name=one.png"');
    expect(resolveLink('docs/insights/formulas.md', '../../../etc/passwd')).toEqual({
      kind: 'file',
      path: '../etc/passwd',
    });
  });

  it('has headings with the names that Git hosts give them, a second one with a number', () => {
    const { title, headings, html } = renderPage(
      'docs/x.md',
      '# The `T`\n\n## Set it up\n\n## Set it up\n\n### A, b & c',
    );
    expect(title).toBe('The T');
    expect(headings.map(({ id }) => id)).toEqual(['set-it-up', 'set-it-up-1', 'a-b--c']);
    // Prefixed: no heading can pose as a part of the application.
    expect(html).toContain('id="doc-set-it-up"');
    expect(html).not.toContain('<h1');
  });

  it('shows no mark of the generator', () => {
    const { html } = renderPage(
      'docs/x.md',
      '# T\n\n<!-- generated: errors -->\n| a |\n| --- |\n| 1 |\n<!-- end of generated -->\n',
    );
    expect(html).not.toContain('generated');
    expect(html).toContain('tabindex="0"><table>');
  });
});

it('the search finds sections with every word, headings first', () => {
  const page = (name: string, source: string) => ({ name, ...renderPage(`docs/${name}.md`, source) });
  const pages = [
    page('a', '# A\n\nRetention of rows.\n\n## Other\n\nnothing'),
    page('b', '# B\n\n## Retention\n\nHow long rows are kept.'),
  ];
  const hits = searchDocumentation(pages, ' ROWS retention ');
  expect(hits.map(({ page: name, heading }) => `${name} ${heading?.id ?? ''}`)).toEqual(['b retention', 'a ']);
  expect(searchDocumentation(pages, '')).toEqual([]);
});
