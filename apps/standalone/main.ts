import 'reflect-metadata';
import { runProcess } from '../composition/run-process';
import { Standalone } from './standalone';

runProcess('standalone', (surroundings) => new Standalone(surroundings));
