import { revokeGroup, setVisibility } from '../../lab/sonarqube/admin.ts';
import { type ApiAccess, get } from '../../lab/sonarqube/web-api.ts';

/** Makes every public project private and invisible to ordinary users; the returned function shows them again. */
export async function hideProjects(admin: ApiAccess): Promise<() => Promise<void>> {
  const { components } = await get<{ components: { key: string; visibility: string }[] }>(
    admin,
    'api/projects/search',
    {
      ps: 500,
    },
  );
  const open = components.filter(({ visibility }) => visibility === 'public');
  for (const { key } of open) {
    await setVisibility(admin, key, 'private');
    for (const permission of ['user', 'codeviewer'] as const)
      await revokeGroup(admin, { groupName: 'sonar-users', permission, projectKey: key });
  }
  return async () => {
    for (const { key } of open) await setVisibility(admin, key, 'public');
  };
}
