import { describeNumbers } from './numbers.ts';

describeNumbers({ hasModes: true });
