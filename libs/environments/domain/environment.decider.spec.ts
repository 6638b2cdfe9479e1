import { deciderSpec } from '@slipway/kernel/testing';
import { environmentDecider } from './environment.decider';
import type { EnvironmentEvent } from './environment.events';

const { given } = deciderSpec(environmentDecider);
const created: EnvironmentEvent = {
  type: 'EnvironmentCreated',
  data: { slug: 'production', name: 'Production', order: 30, failureMode: 'fail' },
};

describe('an environment', () => {
  it('is created with what was said of it', () => {
    given()
      .when({ type: 'CreateEnvironment', data: { slug: 'production', name: 'Production', order: 30 } })
      .then([{ type: 'EnvironmentCreated', data: { slug: 'production', name: 'Production', order: 30 } }]);
  });

  it('is created from its slug alone', () => {
    given()
      .when({ type: 'CreateEnvironment', data: { slug: 'qa' } })
      .then([{ type: 'EnvironmentCreated', data: { slug: 'qa' } }]);
  });

  it('records of a change only what differs', () => {
    given(created)
      .when({ type: 'ChangeEnvironment', data: { name: 'Production', order: 40 } })
      .then([{ type: 'EnvironmentChanged', data: { slug: 'production', order: 40 } }]);
  });

  it('loses a value by null', () => {
    const history: EnvironmentEvent[] = [created, { type: 'EnvironmentChanged', data: { slug: 'production', name: null, order: 40 } }];
    expect(given(...history).state()).toEqual({
      status: 'active',
      environment: { slug: 'production', order: 40, failureMode: 'fail' },
    });
    given(created)
      .when({ type: 'ChangeEnvironment', data: { name: null } })
      .then([{ type: 'EnvironmentChanged', data: { slug: 'production', name: null } }]);
  });

  it('records nothing when a change says what holds already', () => {
    given(created)
      .when({ type: 'ChangeEnvironment', data: { name: 'Production', order: 30, description: null } })
      .then([]);
    given(created).when({ type: 'ChangeEnvironment', data: {} }).then([]);
  });

  it('that does not exist is not changed', () => {
    given()
      .when({ type: 'ChangeEnvironment', data: { order: 1 } })
      .then([]);
  });
});
