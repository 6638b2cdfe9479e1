import 'reflect-metadata';
import { runProcess } from '../composition/run-process';
import { Api } from './api';

runProcess('api', (surroundings) => new Api(surroundings));
