import { type FormField, networkFields } from '../contract.ts';
import { cloudUrl } from './settings.ts';

/** The wizard’s fields; name, description and tags are the hub’s. */
export const form: readonly FormField[] = [
  {
    name: 'accountType',
    label: 'Account type',
    step: 'connection',
    kind: 'choice',
    required: true,
    options: [
      { value: 'cloud', label: 'Cloud', place: 'hub' },
      { value: 'on_prem', label: 'On-Prem', place: 'satellite', requires: ['url'] },
    ],
  },
  {
    name: 'url',
    label: 'URL',
    step: 'connection',
    kind: 'url',
    required: false,
    placeholder: cloudUrl,
    help: `Empty means ${cloudUrl} for Cloud. For On-Prem the address at which you open Harness.`,
  },
  {
    name: 'apiKey',
    label: 'API key',
    step: 'connection',
    kind: 'secret',
    required: true,
    placeholder: 'sat.…',
    help: 'Of a service account with the role Account Viewer on All Resources Including Child Scopes. A narrower key works with what it sees.',
  },
  {
    name: 'accountId',
    label: 'Account ID',
    step: 'connection',
    kind: 'text',
    required: true,
    placeholder: 'AbCdEfGhIjKlMnOpQrStUv',
    help: 'Account Settings → Overview, or in the address of every page behind /account/.',
  },
  {
    name: 'organizations',
    label: 'Organization',
    step: 'scope',
    kind: 'list',
    required: false,
    placeholder: 'default, payments',
    help: 'Identifiers or names, separated by commas; case matters. Empty means every organization that the key sees.',
  },
  {
    name: 'projects',
    label: 'Project',
    step: 'scope',
    kind: 'list',
    required: false,
    placeholder: 'default/shop, payments/ledger',
    help: 'organization/project, separated by commas; case matters. Empty means every project of these organizations.',
  },
  ...networkFields,
];
