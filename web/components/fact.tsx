import type { ReactNode } from 'react';
import { sentenceCase } from '../words/labels.ts';
import { Moment } from './time.tsx';

/** `tokenExpiresAt` -> `Token expires at`: names of facts that only the server knows. */
export const factName = (name: string): string =>
  sentenceCase(name.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`));

/** A value of whatever kind, in the reader's form; null when there is nothing to show. */
export function factValue(value: unknown): ReactNode {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return <Moment at={value} />;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(String).join(', ');
  return typeof value === 'object' ? <code>{JSON.stringify(value)}</code> : String(value as string | number);
}
