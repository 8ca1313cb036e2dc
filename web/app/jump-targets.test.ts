import { describe, expect, it } from 'vitest';
import { type Jump, jumpTargets, pageTargets } from './jump-targets.ts';
import { knownRoutes } from './known-routes.ts';
import { imageTargets, locatedTargets, readPasted } from './pasted.ts';
import { createAppRouter } from './router.tsx';

const routes = knownRoutes(createAppRouter({ basepath: '/' }));
/** Never jumped to: they are for who is not signed in. */
const notJumpedTo = ['/setup', '/sign-in', '/sign-in/back'];
const everything: Jump = {
  routes,
  can: () => true,
  integrations: [],
  projects: [],
  actions: [],
  documents: [],
  pasted: [],
};
const keys = (text: string, jump: Partial<Jump> = {}): string[] =>
  jumpTargets(text, { ...everything, ...jump }).map(({ key }) => key);

describe('pages', () => {
  it('are those of the router: each is offered, named, and none else', () => {
    const shown = routes.filter(({ path }) => !path.includes('$') && !notJumpedTo.includes(path));
    expect(pageTargets(everything).map(({ link }) => link?.to)).toEqual(shown.map(({ path }) => path));
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter(({ name }) => name == null).map(({ path }) => path)).toEqual([]);
    expect(
      routes
        .filter(({ name }) => name === null)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(notJumpedTo);
  });

  it('that is added is there at once, called by its path until it has a name', () => {
    const [added] = pageTargets({ ...everything, routes: [{ path: '/settings/back-ups' }] });
    expect(added).toMatchObject({ label: 'Back ups', place: 'Settings', link: { to: '/settings/back-ups' } });
  });

  it('that a person may not open are not offered', () => {
    const viewer = pageTargets({ ...everything, can: () => false }).map(({ label }) => label);
    expect(viewer).toContain('Security');
    expect(viewer).not.toContain('Audit trail');
  });

  it('want every word, in label or place, and beginnings come first', () => {
    expect(keys('integr avail')).toEqual(['page /integrations/available']);
    expect(jumpTargets('s', everything)[0]?.label.startsWith('S')).toBe(true);
  });
});

describe('things', () => {
  it('lead to an integration and each of its tabs, as the router has them', () => {
    const integrations = [{ id: 3, name: 'sonar-lab' }];
    const found = keys('sonar-lab', { integrations });
    expect(found).toEqual(
      routes.filter(({ path }) => path.startsWith('/integrations/$id')).map(({ path }) => `${path} 3`),
    );
    expect(keys('sonar-lab inbox', { integrations })).toEqual(['/integrations/$id/inbox 3']);
  });

  it('keep projects that the server found by their key, with the part that is named', () => {
    const projects = [{ id: 7, name: 'Billing', key: 'pay-core' }];
    expect(jumpTargets('pay', { ...everything, projects }).at(-1)).toMatchObject({
      label: 'Billing',
      place: 'pay-core',
    });
    expect(keys('billing find', { projects })).toEqual(['/projects/$id/findings 7']);
    expect(keys('billing nothing', { projects })).toEqual([]);
  });

  it('offer actions and the documentation by their words', () => {
    const actions = [{ key: 'sign out', label: 'Sign out', place: 'Action', run: () => undefined }];
    expect(keys('sign out', { actions })).toEqual(['sign out']);
    const documents = [{ name: 'webhooks', title: 'Webhooks' }];
    expect(keys('documentation', { documents })).toEqual(['document webhooks']);
    expect(keys('', { documents })).not.toContain('document webhooks');
  });

  it('put what was pasted first', () => {
    const pasted = [{ key: 'finding 9', label: 'Sanitise this', place: 'Finding', link: { to: '/' as const } }];
    expect(keys('AZqT0k8Wb1', { pasted })).toEqual(['finding 9']);
  });
});

describe('what is pasted', () => {
  it.each([
    ['9f2c1ab', { located: '9f2c1ab', image: '9f2c1ab', tag: null }],
    ['AZqT0k8Wb1xY', { located: 'AZqT0k8Wb1xY', image: null, tag: null }],
    ['sha256:0123456789', { located: null, image: 'sha256:0123456789', tag: null }],
    ['r.example/a/b@sha256:0123456789', { located: null, image: 'sha256:0123456789', tag: null }],
    ['r.example:5000/team/app:1.4', { located: null, image: 'team/app', tag: '1.4' }],
    ['team/app', { located: null, image: 'team/app', tag: null }],
    ['settings', { located: null, image: null, tag: null }],
    ['audit trail', { located: null, image: null, tag: null }],
  ])('%s is asked where it can be answered', (text, expected) => {
    expect(readPasted(text)).toEqual(expected);
  });

  it('leads to the finding, the analysis and the image', () => {
    const project = { id: 1, name: 'Shop' };
    const found = locatedTargets({
      findings: [{ id: 9, key: 'k', message: 'Sanitise', project, branch: 'main', status: 'OPEN', gone: false }],
      analyses: [
        {
          id: 4,
          commit: '9f2c1ab0'.repeat(5),
          project,
          branch: 'main',
          analyzedAt: '2026-11-20T10:00:00Z',
          gate: 'OK',
        },
      ],
    });
    expect(found).toMatchObject([
      { label: 'Sanitise', link: { to: '/projects/$id/findings', search: { finding: 9 } } },
      { label: 'Shop, 9f2c1ab09f2c', link: { to: '/projects/$id/history' } },
    ]);
    const image = (id: number, name: string, tags: string[]) => ({
      id,
      repository: { id, name },
      digest: 'sha256:00',
      tags,
    });
    const images = [
      image(1, 'team/app', ['1.4', 'latest']),
      image(2, 'team/app', ['1.3']),
      image(3, 'team/app-2', ['1.4']),
    ];
    expect(imageTargets(images, readPasted('r.example/team/app:1.4')).map(({ key }) => key)).toEqual(['image 1']);
    expect(imageTargets(images, readPasted('sha256:0000000')).length).toBe(3);
  });
});
