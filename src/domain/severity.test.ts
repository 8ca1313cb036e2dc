import { describe, expect, it } from 'vitest';
import { compareSeverity, defaultSeverityMapping, type Severity, severityOf } from './severity.ts';

describe('severity', () => {
  it.each([
    ['impact', 'BLOCKER', 'critical'],
    ['impact', 'HIGH', 'high'],
    ['impact', 'MEDIUM', 'medium'],
    ['impact', 'LOW', 'low'],
    ['impact', 'INFO', 'low'],
    ['standard', 'BLOCKER', 'critical'],
    ['standard', 'CRITICAL', 'high'],
    ['standard', 'MAJOR', 'medium'],
    ['standard', 'MINOR', 'low'],
    ['standard', 'INFO', 'low'],
  ])('maps %s %s to %s', (axis, level, severity) => {
    expect(severityOf(axis, level, defaultSeverityMapping)).toBe(severity);
  });

  it('shows a level it does not know as unrated', () => {
    expect(severityOf('impact', 'CRITICAL', defaultSeverityMapping)).toBe('unrated');
    expect(severityOf('standard', 'unknown', defaultSeverityMapping)).toBe('unrated');
  });

  it('follows another mapping', () => {
    expect(severityOf('impact', 'LOW', [{ axis: 'impact', rawLevel: 'LOW', severity: 'high' }])).toBe('high');
  });

  it('sorts the worst first', () => {
    const mixed: Severity[] = ['low', 'unrated', 'critical', 'medium', 'high'];
    expect(mixed.toSorted(compareSeverity)).toEqual(['critical', 'high', 'medium', 'low', 'unrated']);
  });
});
