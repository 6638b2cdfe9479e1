import 'reflect-metadata';
import { runProcess } from '../composition/run-process';
import { ProcessorProcess } from './processor-process';

runProcess('processor', (surroundings) => new ProcessorProcess(surroundings));
