/**
 * The smallest soak: nothing of a request may be alive once it has ended. Its plants are the usual ways to forget that.
 *
 *   dupmark soak examples/holders.soak.ts
 *   dupmark soak examples/holders.soak.ts --selftest
 */
import { EventEmitter } from 'node:events';
import { defineSoak } from 'dupmark';

class Request {
  readonly body = new Array(16).fill(0);
}

export default defineSoak({
  name: 'holders',
  setup: () => ({
    bus: new EventEmitter().setMaxListeners(0),
    byNumber: new Map<number, Request>(),
    later: [] as (() => number)[],
  }),
  cycle({ bus, byNumber, later }, { number, planted }) {
    const request = new Request();
    const onEnd = () => request.body.length;
    bus.on('end', onEnd);
    if (!planted('listener')) bus.off('end', onEnd);
    if (planted('map')) byNumber.set(number, request);
    if (planted('closure')) {
      later.push(function runLater() {
        return request.body.length;
      });
    }
  },
  classes: [Request],
  budget: { cycles: 20_000 },
  plants: {
    map: { about: 'a Map keeps a request', names: 'byNumber' },
    closure: { about: 'a function that is kept uses a request', names: 'runLater' },
    listener: { about: 'a listener is never taken off', names: 'EventEmitter' },
  },
});
