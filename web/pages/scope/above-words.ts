import type { TreeNode } from '../../../src/features/teams/contract.ts';

/** `Berlin / Platform`: what a node lies below. */
export function aboveWords({ parent }: TreeNode, nodes: readonly TreeNode[]): string {
  const names: string[] = [];
  let above = nodes.find(({ key }) => key === parent);
  for (; above !== undefined && names.length < 20; above = nodes.find(({ key }) => key === above?.parent)) {
    names.unshift(above.name);
  }
  return names.join(' / ');
}
