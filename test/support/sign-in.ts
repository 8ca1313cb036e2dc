/** Adds an administrator to a hub and signs in: headers of a person. */
export async function signIn(
  hub: { url: URL },
  api: (method: string, path: string, body: unknown) => Promise<unknown>,
  email: string,
): Promise<Record<string, string>> {
  const password = `${email} has a long one`;
  await api('POST', '/api/v1/users', { email, role: 'admin', password });
  const origin = hub.url.origin;
  const answer = await fetch(new URL('/api/v1/session', hub.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  });
  if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`);
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', origin };
}
