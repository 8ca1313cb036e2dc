import { describeNumbers } from './numbers.ts';

describeNumbers();
