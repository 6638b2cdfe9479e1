import { type FieldError, refuseFaults } from '@slipway/kernel';
import { DEPLOY_RELEASE, type Step } from './step';

/** Which projects each project's process deploys. */
export type DeployedProjects = ReadonlyMap<string, readonly string[]>;

/** Projects that `deploy-release` steps name, with the place of each step. */
export function deployedBy(steps: readonly Step[]): { project: string; at: number }[] {
  return steps.flatMap(({ type, input }, at) => (type === DEPLOY_RELEASE ? [{ project: (input as { project: string }).project, at }] : []));
}

/**
 * Refuses a process that deploys a project nobody knows, or one whose own deployments would wait for this one. Errors: DomainError `process.invalid`.
 */
export function checkDeployedProjects(project: string, steps: readonly Step[], others: DeployedProjects): void {
  const errors = deployedBy(steps).flatMap(({ project: other, at }): FieldError[] => {
    const pointer = `/steps/${at}/input/project`;
    if (other !== project && !others.has(other)) return [{ pointer, message: `there is no project ${other}: create it first` }];
    const path = pathTo(project, other, others);
    return path ? [{ pointer, message: `the projects would wait for each other: ${[project, ...path].join(' → ')}` }] : [];
  });
  refuseFaults(errors, 'process.invalid', 'The process cannot be saved');
}

/** The way from one project to another along what their processes deploy; undefined where there is none. */
function pathTo(wanted: string, from: string, others: DeployedProjects): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const project of cameFrom.keys()) {
    if (project === wanted) {
      const path: string[] = [];
      for (let at: string | undefined = project; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const next of others.get(project) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, project);
  }
  return undefined;
}
