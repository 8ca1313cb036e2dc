/** Smaller is more urgent: a person waits, a webhook came, the schedule's turn, and what may take its time. */
export const priorities = { person: 0, webhook: 1, schedule: 3, background: 5 } as const;
