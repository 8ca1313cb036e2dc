export { codeQualityOwner } from './owner.ts';
export { createSonarqubeSink } from './sink.ts';
