import { positive, text } from '../../address/search.ts';

export interface AuditSearch {
  action?: string | undefined;
  actor?: string | undefined;
  before?: number | undefined;
  event?: number | undefined;
}

export const auditSearch = (raw: Record<string, unknown>): AuditSearch => ({
  action: text(raw['action']),
  actor: text(raw['actor']),
  before: positive(raw['before']),
  event: positive(raw['event']),
});
