export * from './people/contract.ts';
export * from './trees/contract.ts';
