import { type ReactElement, type ReactNode, useState } from 'react';
import type { TreeNode } from '../../../src/features/teams/contract.ts';
import { Icon } from '../../components/icons.tsx';
import { formatCount } from '../../words/numbers.ts';

/** A tree of up to so many nodes is open as a whole: nobody has to unfold what fits on a page. */
const fewNodes = 30;

/** Nodes below each other, of a large tree the first level open; it is drawn as far as it is unfolded. */
export function Nodes({
  nodes,
  label,
  name,
}: {
  nodes: readonly TreeNode[];
  label: string;
  /** How a node’s name is drawn, e.g. as a link. */
  name: (node: TreeNode) => ReactNode;
}): ReactElement {
  const below = new Map<string | null, TreeNode[]>();
  for (const node of nodes) {
    const list = below.get(node.parent);
    if (list === undefined) below.set(node.parent, [node]);
    else list.push(node);
  }
  return (
    // A part that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="org-nodes" aria-label={label} tabIndex={0}>
      <Level nodes={below.get(null) ?? []} below={below} name={name} open={nodes.length <= fewNodes} />
    </section>
  );
}

interface LevelProps {
  nodes: readonly TreeNode[];
  below: ReadonlyMap<string | null, TreeNode[]>;
  name: (node: TreeNode) => ReactNode;
  /** Unfolded at every level, not at the first alone. */
  open: boolean;
}

const shownAtOnce = 200;

function Level({ nodes, below, name, open }: LevelProps): ReactElement {
  const [shown, setShown] = useState(shownAtOnce);
  return (
    <ul>
      {nodes.slice(0, shown).map((node) => (
        <OneNode key={node.key} node={node} below={below} name={name} open={open} />
      ))}
      {nodes.length > shown ? (
        <li>
          <button type="button" className="button" onClick={() => setShown(shown + shownAtOnce)}>
            {formatCount(nodes.length - shown)} more
          </button>
        </li>
      ) : null}
    </ul>
  );
}

function OneNode({ node, below, name, open: all }: Omit<LevelProps, 'nodes'> & { node: TreeNode }): ReactElement {
  const [open, setOpen] = useState(all || node.depth === 0);
  const inside = below.get(node.key) ?? [];
  return (
    <li>
      <div className="org-node">
        {inside.length === 0 ? (
          <span className="no-fold" aria-hidden="true" />
        ) : (
          <button
            type="button"
            className="icon-button"
            aria-expanded={open}
            aria-label={`${open ? 'Fold' : 'Unfold'} ${node.name}`}
            onClick={() => setOpen(!open)}
          >
            <Icon name={open ? 'down' : 'right'} />
          </button>
        )}
        <span className="org-name" title={node.name}>
          {name(node)}
        </span>
        <span className="note">{formatCount(node.people)}</span>
      </div>
      {open && inside.length > 0 ? <Level nodes={inside} below={below} name={name} open={all} /> : null}
    </li>
  );
}
