export * from './script-input';
export * from './script-step';
