export { HealthCheckStep } from './health-check-step';
