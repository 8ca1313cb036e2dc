export const lifetimes = [
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
  { value: 'never', label: 'never' },
] as const;

export type Lifetime = (typeof lifetimes)[number]['value'];

/** ISO time so many days from now; null: never. */
export const inDays = (days: Lifetime): string | null =>
  days === 'never' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
