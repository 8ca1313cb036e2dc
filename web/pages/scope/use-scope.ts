import { useSearch } from '@tanstack/react-router';

/** What the address of the page says of the org tree. */
export function useScope(): { node: number | undefined; treeAt: string | undefined } {
  const { node, treeAt } = useSearch({ strict: false }) as { node?: number; treeAt?: string };
  return { node, treeAt: node === undefined ? undefined : treeAt };
}
