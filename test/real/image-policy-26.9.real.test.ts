import { describeImagePolicy } from './image-policy.ts';

describeImagePolicy();
