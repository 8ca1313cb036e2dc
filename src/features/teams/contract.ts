export * from './belongings/contract.ts';
export * from './identities/contract.ts';
export * from './people/contract.ts';
export * from './trees/contract.ts';
export * from './settings/contract.ts';
