export { ManualInterventionStep } from './manual-intervention-step';
