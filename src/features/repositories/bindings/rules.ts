import { trimCharacter } from '../../../domain/text-edges.ts';
import { isReportKey, reportKey } from './report-key.ts';

/** A project bound to a repository, as far as bindings of one repository are compared. */
export interface BoundProject {
  projectId: number;
  projectKey: string;
  projectName: string;
  /** Several projects are of one repository. */
  mono: boolean;
  /** Folder of the repository that it is of; '' for the whole. */
  prefix: string;
  /** A key that a person chose for its reports; null: the documented one. */
  chosenKey: string | null;
}

/** The key that reports of a bound project are written under. */
export const effectiveKey = ({ projectKey, mono, chosenKey }: BoundProject): string =>
  chosenKey ?? reportKey(projectKey, { mono });

export type BindingProblem = 'not_mono' | 'key_taken' | 'key_invalid' | 'prefix_invalid';

/** What forbids a binding beside the others of its repository; null: nothing. */
export function bindingProblem(wanted: BoundProject, others: readonly BoundProject[]): BindingProblem | null {
  if (wanted.chosenKey !== null && !isReportKey(wanted.chosenKey)) return 'key_invalid';
  if (!isPrefix(wanted.prefix)) return 'prefix_invalid';
  // Without the switch on every one of them two projects would write one report.
  if (others.length > 0 && [wanted, ...others].some(({ mono }) => !mono)) return 'not_mono';
  const key = effectiveKey(wanted);
  return others.some((other) => effectiveKey(other) === key) ? 'key_taken' : null;
}

export type BindingWarning = 'same_name' | 'overlapping_prefix';

/** What is worth a word: reports that people cannot tell apart, and files that belong to two projects. */
export function bindingWarnings(one: BoundProject, others: readonly BoundProject[]): BindingWarning[] {
  const sameName = others.some(({ projectName }) => projectName.toLowerCase() === one.projectName.toLowerCase());
  const overlapping = others.some(({ prefix }) => within(prefix, one.prefix) || within(one.prefix, prefix));
  return [...(sameName ? (['same_name'] as const) : []), ...(overlapping ? (['overlapping_prefix'] as const) : [])];
}

const within = (inner: string, outer: string): boolean =>
  outer === '' || inner === outer || inner.startsWith(`${outer}/`);

/** As it is stored: without slashes at its ends. */
export const normalPrefix = (text: string): string => trimCharacter(text.trim().replaceAll('\\', '/'), '/');

/** A folder from the root of the repository, without ways out of it. */
export const isPrefix = (text: string): boolean =>
  text.length <= 500 && text.split('/').every((part) => part !== '..' && part !== '.' && (part !== '' || text === ''));
