export { DeployReleaseStep } from './deploy-release-step';
