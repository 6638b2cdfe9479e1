export { HttpStep } from './http-step';
