import { expect, it } from 'vitest';
import type { NewFinding } from '../model.ts';
import { annotationOf, annotationSeverity } from './annotation.ts';

const links = { base: 'https://s', projectKey: 'k', pullRequest: '1' };
const finding: NewFinding = {
  key: 'AZ-1',
  kind: 'issue',
  path: 'src/a.ts',
  line: 4,
  severity: 'HIGH',
  type: 'BUG',
  message: 'Mend\nthis.',
};

it('an annotation says where, what and how bad, with a link', () => {
  expect(annotationOf(finding, links)).toEqual({
    externalId: 'AZ-1',
    path: 'src/a.ts',
    line: 4,
    severity: 'HIGH',
    type: 'BUG',
    message: 'Mend this.',
    link: 'https://s/project/issues?id=k&pullRequest=1&issues=AZ-1&open=AZ-1',
  });
  expect(annotationOf({ ...finding, kind: 'hotspot' }, links).link).toContain('/security_hotspots?');
});

it('names no line without a file, and no file where it has none', () => {
  expect(annotationOf({ ...finding, line: null }, links)).not.toHaveProperty('line');
  const ofProject = annotationOf({ ...finding, path: null }, links);
  expect(ofProject).not.toHaveProperty('path');
  expect(ofProject).not.toHaveProperty('line');
});

it('an empty message gets words, as one without would have the whole batch refused', () => {
  expect(annotationOf({ ...finding, message: '' }, links).message).not.toBe('');
});

it('takes the levels of both scales; one that nobody knows is no harmless one', () => {
  expect(['BLOCKER', 'HIGH', 'CRITICAL'].map(annotationSeverity)).toEqual(['HIGH', 'HIGH', 'HIGH']);
  expect(['MEDIUM', 'MAJOR'].map(annotationSeverity)).toEqual(['MEDIUM', 'MEDIUM']);
  expect(['LOW', 'MINOR', 'INFO'].map(annotationSeverity)).toEqual(['LOW', 'LOW', 'LOW']);
  expect(annotationSeverity('TERRIBLE')).toBe('HIGH');
});
