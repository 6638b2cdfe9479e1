export { DelayStep } from './delay-step';
