export * from './deployed/contract.ts';
