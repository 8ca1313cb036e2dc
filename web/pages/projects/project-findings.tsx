import { getRouteApi } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { Project } from '../../../src/features/code-quality/contract.ts';
import { useChange } from '../../address/use-change.ts';
import { CompactSelect } from '../../components/form.tsx';
import { FindingsView } from '../findings/findings-view.tsx';
import type { FindingsSearch } from '../findings/search.ts';
import { useProject } from './use-project.ts';

const route = getRouteApi('/shell/projects/$id/findings');

export function ProjectFindingsTab(): ReactElement | null {
  const { id, project } = useProject();
  const search = route.useSearch();
  const change = useChange<FindingsSearch>('/projects/$id/findings');
  if (project === undefined) return null;
  return (
    <FindingsView
      place={{ project: id }}
      search={search}
      change={change}
      controls={<BranchChoice project={project} search={search} change={change} />}
      nothing={
        project.readAt === null ? (
          <p>This project has not been read yet. Its findings appear when its first reading ends.</p>
        ) : (
          <p>Nothing is open here. Choose another status to see what was.</p>
        )
      }
    />
  );
}

function BranchChoice({
  project,
  search,
  change,
}: {
  project: Project;
  search: FindingsSearch;
  change: (next: Partial<FindingsSearch>) => void;
}): ReactElement | null {
  const all = [...project.branches, ...project.pullRequests];
  const main = all.find((branch) => branch.isMain);
  if (all.length < 2) return null;
  return (
    <CompactSelect
      label="Branch or pull request"
      value={String(search.branch ?? main?.id ?? '')}
      choices={all.map((branch) => ({
        value: String(branch.id),
        label:
          branch.kind !== 'branch'
            ? `Pull request ${branch.name}`
            : branch.isMain
              ? `${branch.name} (main)`
              : branch.name,
      }))}
      onChoose={(value) => change({ branch: value === String(main?.id) ? undefined : Number(value) })}
    />
  );
}
