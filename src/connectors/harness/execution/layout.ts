import type { Execution, LayoutNode } from '../schema.ts';

/** A node and the key under which the layout keeps it. */
export interface PlacedNode {
  key: string;
  node: LayoutNode;
}

const isStage = ({ nodeGroup }: LayoutNode): boolean => nodeGroup?.toUpperCase() === 'STAGE';

/**
 * The stages of an execution in the order in which they stand: from the starting node into what a node holds, then to what
 * follows it. What wraps stages (parallel groups, matrices, loops) is none itself. A stage that no edge leads to, as one
 * that rolls back may be, comes last: nothing that ran is lost for want of an edge.
 */
export function stagesOf({ layoutNodeMap, startingNodeId }: Pick<Execution, 'layoutNodeMap' | 'startingNodeId'>) {
  const layout = layoutNodeMap ?? {};
  const visited = new Set<string>();
  const found: PlacedNode[] = [];
  const waiting = [...Object.keys(layout).toReversed(), ...(startingNodeId == null ? [] : [startingNodeId])];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const node = Object.hasOwn(layout, key) ? layout[key] : undefined;
    if (node == null || visited.has(key)) continue;
    visited.add(key);
    if (isStage(node) && !holdsStages(node, layout)) found.push({ key, node });
    const { currentNodeChildren = [], nextIds = [] } = node.edgeLayoutList ?? {};
    const next = [...(currentNodeChildren ?? []), ...(nextIds ?? [])].filter((one) => one != null);
    // Last in, first out: children before what follows.
    waiting.push(...next.toReversed());
  }
  return found;
}

/** A stage for several services or environments wraps one for each. */
function holdsStages(node: LayoutNode, layout: NonNullable<Execution['layoutNodeMap']>): boolean {
  return (node.edgeLayoutList?.currentNodeChildren ?? []).some((key) => {
    const child = key != null && Object.hasOwn(layout, key) ? layout[key] : undefined;
    return child != null && (isStage(child) || child.nodeGroup?.toUpperCase() === 'STRATEGY');
  });
}
