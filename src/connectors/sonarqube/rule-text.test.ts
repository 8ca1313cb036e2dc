import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf, cweOf, owaspOf, sectionsOf } from './rule-text.ts';

test('a text of the server becomes headings, paragraphs, items and code', () => {
  const html = `<h2>Why is this an issue?</h2>
<p>Hashes such as <code>MD5</code> are <em>weak</em> &amp; broken.<br/>Do not use them.</p>
<ul><li><p>first</p></li><li>second <a href="https://x.example/">link</a></li></ul>
<pre data-diff-id="1">
if (a &lt; b) {
    return   "x";
}
</pre>After`;
  expect(blocksOf(html)).toEqual([
    { kind: 'heading', text: 'Why is this an issue?' },
    { kind: 'paragraph', text: 'Hashes such as MD5 are weak & broken.' },
    { kind: 'paragraph', text: 'Do not use them.' },
    { kind: 'item', text: 'first' },
    { kind: 'item', text: 'second link' },
    { kind: 'code', text: 'if (a < b) {\n    return   "x";\n}' },
    { kind: 'paragraph', text: 'After' },
  ]);
});

test('scripts, styles and frames leave nothing behind', () => {
  const html =
    '<p>a<script>alert(1)</script><style>p{}</style><img src=x onerror=alert(2)><iframe>no</iframe>b</p><svg><text>c</text></svg>';
  expect(blocksOf(html)).toEqual([{ kind: 'paragraph', text: 'ab' }]);
});

test('any text is read to its bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('<', '>', 'p', '/', '<li>', '<pre>', '</pre>', '&', '&lt;', '"', ' ', 'x')),
      (parts) => {
        for (const { text } of blocksOf(parts.join(''))) expect(text.trim()).not.toBe('');
      },
    ),
  );
  const long = blocksOf('<p>word</p>'.repeat(100_000));
  expect(long.length).toBe(400);
  expect(blocksOf('<'.repeat(500_000)).reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(20_000);
});

test('sections keep their key and framework, empty ones are left out, and an old server has one text', () => {
  const sections = [
    { key: 'root_cause', content: '<p>Why</p>' },
    { key: 'how_to_fix', content: '<p>How</p>', context: { displayName: 'Spring' } },
    { key: 'resources', content: ' <br/> ' },
  ];
  expect(sectionsOf(sections, '')).toEqual([
    { key: 'root_cause', context: null, blocks: [{ kind: 'paragraph', text: 'Why' }] },
    { key: 'how_to_fix', context: 'Spring', blocks: [{ kind: 'paragraph', text: 'How' }] },
  ]);
  expect(sectionsOf([], '<p>Old</p>')).toEqual([
    { key: 'default', context: null, blocks: [{ kind: 'paragraph', text: 'Old' }] },
  ]);
  expect(sectionsOf([], '')).toEqual([]);
});

test('categories of OWASP are read from words, links and old tags, each once', () => {
  const text =
    '<a href="https://owasp.org/Top10/A03_2021-Injection/">Top 10 2021 Category A3 - Injection</a>' +
    '<a href="https://owasp.org/www-project-top-ten/2017/A1_2017-Injection">Top 10 2017 Category A1</a> ' +
    'https://www.owasp.org/index.php/Top_10-2017_A10-Logging Mobile Top 10 2016 Category M7';
  expect(owaspOf(text, ['cwe', 'owasp-a2', 'owasp-m1'])).toEqual(['A1:2017', 'A2:2017', 'A10:2017', 'A3:2021']);
  expect(owaspOf('nothing', [])).toEqual([]);
});

test.each([
  ['Top 10 2021 Category A10', ['A10:2021']],
  ['Top 10 2021 Category A3', ['A3:2021']],
  ['https://owasp.org/Top10/A10_2021-Server-Side_Request_Forgery/', ['A10:2021']],
  ['https://owasp.org/Top10/A03_2021-Injection/', ['A3:2021']],
  ['https://www.owasp.org/index.php/Top_10-2017_A10-Logging', ['A10:2017']],
  ['https://owasp.org/www-project-top-ten/2017/A10_2017-Logging', ['A10:2017']],
  ['Top 10 20x1 Category A3, Top 10 202x Category A3, Top 10 2021 Category A300, Top 10 2021 Category Ax', []],
  [
    '/Top10/A3_20x1 /Top10/A3_202x /Top10/Axy_2021 /20x7/A1_2017 /201x/A1_2017 /2017/A1_20x7 /2017/A1_201x /2017/Ax_2017',
    [],
  ],
])('each form of a category is read alone: %s', (text, categories) => {
  expect(owaspOf(text, [])).toEqual(categories);
});

test('a break in code begins a line, other markup in it nothing', () => {
  expect(blocksOf('<pre>a<br/>b<span>c</span><p>d</p><pre>e</pre>f</pre><p>g</p>')).toEqual([
    { kind: 'code', text: 'a\nbcdef' },
    { kind: 'paragraph', text: 'g' },
  ]);
});

test('weaknesses are read from the text of a rule, each once and in order', () => {
  const text =
    '<li>MITRE - <a href="https://cwe.mitre.org/data/definitions/79">CWE-79 - XSS</a></li> CWE-20, cwe:502 and not CWE-';
  expect(cweOf(text)).toEqual(['CWE-20', 'CWE-79', 'CWE-502']);
  expect(cweOf('nothing')).toEqual([]);
});
