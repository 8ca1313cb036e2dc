import type { CatalogueEntry } from './entry.ts';

/** Codes of keeping an installation: backup, restore, rotation of the master key, retention. */
export const operationsErrors = {
  vault_no_new_key: {
    status: 409,
    retryable: false,
    title: 'There is no new key to rotate to.',
    remedy:
      'Give every process the old and the new key (PLUMBLINE_MASTER_KEY=old,new), restart them one after the other, then rotate again.',
  },
  backup_running: {
    status: 409,
    retryable: true,
    title: 'Another backup is being made.',
    remedy: 'Wait until it has ended.',
  },
  backup_interrupted: {
    status: 500,
    retryable: true,
    title: 'The backup ended before it was complete.',
    remedy: 'Make it again; nothing was left behind. The hub’s log says what stopped it.',
  },
  backup_damaged: {
    status: 422,
    retryable: false,
    title: 'The backup file is incomplete or was changed.',
    remedy: 'Copy it again from where it is kept, or take an older one; the database was not touched.',
  },
  backup_newer: {
    status: 422,
    retryable: false,
    title: 'The backup was made by a newer version.',
    remedy: 'Restore it with that version or a newer one.',
  },
  restore_not_empty: {
    status: 409,
    retryable: false,
    title: 'The database is not empty.',
    remedy:
      'Restore into an empty one, or say --replace: what is there now is removed once the backup is loaded and checked.',
  },
  restore_database_in_use: {
    status: 409,
    retryable: true,
    title: 'A hub uses this database.',
    remedy: 'Stop every process of the hub, then restore again.',
  },
  restore_failed: {
    status: 500,
    retryable: true,
    title: 'The backup could not be loaded.',
    remedy: 'What was there before is untouched. Fix what is named and restore again.',
  },
  installation_held: {
    status: 409,
    retryable: false,
    title: 'This installation is a copy that nobody has said the role of.',
    remedy: 'Say under Settings, System whether it takes the place of the original or both go on.',
  },
  installation_not_held: {
    status: 409,
    retryable: false,
    title: 'This installation waits for no decision.',
    remedy: 'Nothing to do: it goes on by itself.',
  },
  installation_same_address: {
    status: 409,
    retryable: false,
    title: 'The copy has the public URL of the original.',
    remedy: 'Give it a PLUMBLINE_PUBLIC_URL of its own and start it again; webhooks of both would be mixed up.',
  },
  retention_too_short: {
    status: 400,
    retryable: false,
    title: 'That is shorter than the product needs.',
    remedy: 'Give at least the number of days named.',
  },
} as const satisfies Record<string, CatalogueEntry>;
