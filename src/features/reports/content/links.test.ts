import { describe, expect, it } from 'vitest';
import { dashboardLink, hotspotLink, issueLink, leadsNowhere } from './links.ts';

const of = { base: 'https://sonar.example.com/quality/', projectKey: 'org:app & more', pullRequest: '17' };

describe('links of a report', () => {
  it('lead to the pull request in SonarQube, below its path', () => {
    expect(dashboardLink(of)).toBe('https://sonar.example.com/quality/dashboard?id=org%3Aapp+%26+more&pullRequest=17');
    expect(issueLink(of, 'AZ-1')).toBe(
      'https://sonar.example.com/quality/project/issues?id=org%3Aapp+%26+more&pullRequest=17&issues=AZ-1&open=AZ-1',
    );
    expect(hotspotLink(of, 'H1')).toContain(
      '/quality/security_hotspots?id=org%3Aapp+%26+more&pullRequest=17&hotspots=H1',
    );
  });

  it('name no pull request of a companion', () => {
    expect(dashboardLink({ base: 'http://s', projectKey: 'k:pr-1', pullRequest: null })).toBe(
      'http://s/dashboard?id=k%3Apr-1',
    );
  });

  it('lead nowhere from another machine where SonarQube calls itself localhost', () => {
    expect(['http://localhost:9000', 'http://127.0.0.1', 'http://[::1]:9000'].every(leadsNowhere)).toBe(true);
    expect(['https://sonar.example.com', 'http://10.0.0.1', 'http://localhost.example.com'].some(leadsNowhere)).toBe(
      false,
    );
  });
});
