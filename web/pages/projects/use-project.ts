import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Project } from '../../../src/features/code-quality/contract.ts';
import { projectQuery } from '../../api/projects.ts';
import { useApi } from '../../app/context.ts';

const route = getRouteApi('/shell/projects/$id');

/** The project of the page around a tab, which shows tabs only when it is there. */
export function useProject(): { id: string; project: Project | undefined } {
  const { id } = route.useParams();
  return { id, project: useQuery(projectQuery(useApi(), id)).data };
}
