export * from './deployed/contract.ts';
export * from './deployed/delivery/contract.ts';
export * from './pipelines/contract.ts';
