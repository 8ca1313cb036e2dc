import { describeCompanions } from './companions.ts';

describeCompanions();
