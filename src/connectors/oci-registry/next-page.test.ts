import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPage } from './next-page.ts';

const base = 'https://registry.example.com';
const asked = 'team/v2/app/tags/list?n=2';
const follow = (header: string | undefined, from = asked) => nextPage(header, from, base);
const page = (path: string) => ({ kind: 'page', path });

describe('the next page', () => {
  it.each([
    ['absolute path', '</v2/team/v2/app/tags/list?last=b&n=2>; rel="next"'],
    ['whole address', `<${base}/v2/team/v2/app/tags/list?last=b&n=2>; rel="next"`],
    [
      'another host, port and scheme',
      '<http://registry.internal:5000/v2/team/v2/app/tags/list?last=b&n=2>; rel="next"',
    ],
    ['another path', '<https://x.example/artifactory/api/docker/local/v2/v2/app/tags/list?last=b&n=2>; rel="next"'],
    ['relative to the list', '<list?last=b&n=2>; rel=next'],
    ['the query alone', '<?last=b&n=2>;rel=next'],
    ['without its first slash', '<v2/team/v2/app/tags/list?last=b&n=2>; rel="next"'],
    ['several relations', '</v2/team/v2/app/tags/list?last=b&n=2>; title="a, b; rel=prev"; REL="Last NEXT"'],
    [
      'several links',
      '</v2/team/v2/app/tags/list?n=2>; rel="first", </v2/team/v2/app/tags/list?last=b&n=2>; rel="next", </x>; rel="up"',
    ],
    ['no relation, and of the same list', '</v2/team/v2/app/tags/list?last=b&n=2>'],
    ['the first rel counts', '</v2/team/v2/app/tags/list?last=b&n=2>; rel=next; rel=prev'],
  ])('%s', (_, header) => {
    expect(follow(header)).toEqual(page('team/v2/app/tags/list?last=b&n=2'));
  });

  it('keeps a comma that belongs to the address', () => {
    expect(follow('</v2/_catalog?last=a,b&n=2>; rel="next"', '_catalog?n=2')).toEqual(page('_catalog?last=a,b&n=2'));
  });

  it('may have a path of its own below the API of the same host', () => {
    expect(follow('</v2/_pages/7>; rel="next"')).toEqual(page('_pages/7'));
  });

  it.each([undefined, '', ' ', '</v2/team/v2/app/tags/list?n=2>; rel="prev"', '<https://docs.example.com>; rel=help'])(
    '%j is the end',
    (header) => {
      expect(follow(header)).toEqual({ kind: 'end' });
    },
  );

  it.each([
    ['elsewhere', '<https://cdn.example.com/pages/7>; rel="next"'],
    ['elsewhere on this host', '</pages/7>; rel="next"'],
    ['no address', '<http://[>; rel="next"'],
    ['no link', '/v2/_catalog?last=b; rel="next"'],
    ['not closed', '</v2/_catalog?last=b; rel="next"'],
    ['the address in brackets twice', '<</v2/_catalog>?last=b>; rel="next"'],
  ])('%s is no end', (_, header) => {
    expect(follow(header)).toEqual({ kind: 'lost', reason: expect.any(String) });
  });

  it('shows no credential of a link that is not followed', () => {
    expect(JSON.stringify(follow('<https://u:s3cret@cdn.example.com/7>; rel="next"'))).not.toContain('s3cret');
  });

  it('of any text is found without an error', () => {
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => follow(text).kind !== undefined));
  });
});
