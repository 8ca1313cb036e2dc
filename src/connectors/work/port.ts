import type {
  Answer,
  Assignment,
  Batch,
  Beat,
  Decision,
  Failure,
  Finish,
  Lease,
  OpenedWork,
  Question,
  QuestionName,
} from './messages.ts';

/**
 * Everything that a worker needs of whoever plans its work and stores what it reads. Each call that names a lease throws
 * `task_lease_lost` when another holder has the task; which integration and which slice is meant, the lease says.
 */
export interface WorkPort {
  /** The next task that can be carried out where this worker is. */
  claim(): Promise<Assignment | undefined>;
  /** Its integration, with secrets, and what is to be read. Begins where an earlier attempt was interrupted. */
  open(lease: Lease, signal: AbortSignal): Promise<OpenedWork>;
  /** Renews the lease, and brings back what changed meanwhile. */
  beat(lease: Lease): Promise<Beat>;
  ask<Name extends QuestionName>(lease: Lease, name: Name, question: Question<Name>): Promise<Answer<Name>>;
  /** Resolves once it is kept: the next attempt builds on it. */
  stage(lease: Lease, batch: Batch): Promise<void>;
  /** The outside system asked for no calls before this moment (429); ISO 8601 UTC. */
  pause(lease: Lease, until: string): Promise<void>;
  /** Everything was read. The lease ends. */
  finish(lease: Lease, end: Finish): Promise<void>;
  /** It was not. The lease ends; `drop` where it had ended before. */
  fail(lease: Lease, failure: Failure): Promise<Decision>;
}
