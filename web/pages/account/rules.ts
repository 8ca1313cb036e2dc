/** The hub decides; these only say early what it would refuse. */
export function emailProblem(email: string): string | undefined {
  return /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email.trim())
    ? undefined
    : 'Write an e-mail address, for example ada@example.com.';
}

const shortest = 12;

export function passwordProblem(password: string, email: string): string | undefined {
  const length = Array.from(password).length;
  if (length < shortest) return `${length} of at least ${shortest} characters.`;
  if (password.toLowerCase() === email.trim().toLowerCase()) return 'The password must not be the e-mail address.';
  return undefined;
}
