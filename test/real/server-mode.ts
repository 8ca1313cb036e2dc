import type { ApiAccess } from '../../lab/sonarqube/web-api.ts';

export type Mode = 'MQR' | 'STANDARD_EXPERIENCE';

/** Changes how a server (10.8 and later) counts, for everybody who uses it. */
export async function setMode({ url, credentials }: ApiAccess, mode: Mode): Promise<void> {
  const response = await fetch(`${url}/api/v2/clean-code-policy/mode`, {
    method: 'PATCH',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/merge-patch+json',
    },
    body: JSON.stringify({ mode }),
  });
  if (!response.ok)
    throw new Error(`the server answered ${response.status} to a change of its mode: ${await response.text()}`);
}
