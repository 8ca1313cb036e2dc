import { describeTeams } from './teams.ts';

describeTeams();
