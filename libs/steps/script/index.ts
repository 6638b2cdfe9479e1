export { ScriptStep } from './script-step';
