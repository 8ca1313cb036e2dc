/** The floor: pages through api/issues/list with 4 connections, parses the JSON, stores nothing. Returns issues read. */
export async function readBare(server: { url: string; token: string; project: string }): Promise<number> {
  let next = 1;
  let finished = false;
  let issues = 0;
  const headers = { authorization: `Bearer ${server.token}` };
  const reader = async (): Promise<void> => {
    while (!finished) {
      const page = next++;
      const response = await fetch(
        `${server.url}/api/issues/list?project=${encodeURIComponent(server.project)}&p=${page}&ps=500`,
        { headers },
      );
      if (!response.ok) throw new Error(`page ${page}: ${response.status}`);
      const body = (await response.json()) as { issues: unknown[] };
      issues += body.issues.length;
      if (body.issues.length < 500) finished = true;
    }
  };
  await Promise.all([reader(), reader(), reader(), reader()]);
  return issues;
}
