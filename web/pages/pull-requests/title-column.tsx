import { Link } from '@tanstack/react-router';
import type { Column } from '../../components/data-table.tsx';

/** A pull request by number and title, leading to its page. */
export const titleColumn: Column<{ id: number; number: number; title: string }> = {
  id: 'title',
  header: 'Pull request',
  fixed: true,
  className: 'name-cell',
  cell: (row) => (
    <Link to="/pull-requests/$id" params={{ id: String(row.id) }}>
      #{row.number} {row.title}
    </Link>
  ),
};
