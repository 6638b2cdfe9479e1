import 'reflect-metadata';
import { runProcess } from '../composition/run-process';
import { WorkerProcess } from './worker-process';

runProcess('worker', (surroundings) => new WorkerProcess(surroundings));
