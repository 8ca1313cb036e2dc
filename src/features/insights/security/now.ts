import type { Database } from '../../../platform/database/index.ts';
import type { SecurityAges, SecuritySummary, SecurityTargets } from '../contract.ts';
import { inSnapshot } from '../../code-quality/index.ts';
import { securityTargets } from '../targets/counts.ts';
import { securityAges } from './ages.ts';
import { readScope } from './node-scope.ts';
import { securitySummary } from './summary.ts';

export interface SecurityNow {
  summary: SecuritySummary;
  targets: SecurityTargets;
  ages: SecurityAges;
}

/** What the page of Security shows of now without any filter but the node, of one snapshot. Throws `org_node_not_found`. */
export function securityNow(
  db: Database,
  { node, now }: { node: number | undefined; now: Date },
): Promise<SecurityNow> {
  return inSnapshot(db, '15s', async (tx) => {
    const scope = await readScope(tx, { node, branchScope: 'main' });
    return {
      summary: await securitySummary(tx, scope, now),
      targets: await securityTargets(tx, scope, { by: 'now', now }),
      ages: await securityAges(tx, scope, now),
    };
  });
}
