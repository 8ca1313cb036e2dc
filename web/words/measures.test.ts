import { describe, expect, it } from 'vitest';
import { formatMeasure, formatPercent, formatThreshold } from './measures.ts';

describe('measures', () => {
  it('are written by their type', () => {
    expect(
      [
        ['85.14', 'PERCENT'],
        ['1.0', 'RATING'],
        ['5.0', 'RATING'],
        ['545', 'WORK_DUR'],
        ['0', 'WORK_DUR'],
        ['12004', 'INT'],
        ['1.25', 'FLOAT'],
        ['ERROR', 'LEVEL'],
        ['true', 'BOOL'],
        ['java=12;xml=3', 'DATA'],
        ['', 'INT'],
        ['{"HIGH":2,"total":5}', 'DATA'],
        ['{broken', 'DATA'],
        ['1763715600000', 'MILLISEC'],
        ['1500', 'MILLISEC'],
      ].map(([value, type]) => formatMeasure(value ?? '', type ?? null)),
    ).toEqual([
      '85.1 %',
      'A',
      'E',
      '1 d 1 h',
      '0 min',
      '12,004',
      '1.3',
      'Failed',
      'Yes',
      'java=12;xml=3',
      '',
      '5',
      '{broken',
      '21 Nov 2025, 09:00:00 UTC',
      '2 s',
    ]);
  });

  it('never make a zero of nothing', () => {
    expect([formatPercent(null), formatPercent(0)]).toEqual(['no data', '0 %']);
  });

  it('say when a condition fails', () => {
    expect([
      formatThreshold('LT', '80', 'PERCENT'),
      formatThreshold('GT', '1', 'RATING'),
      formatThreshold('GT', null, 'INT'),
    ]).toEqual(['less than 80 %', 'worse than A', 'unknown']);
  });
});
