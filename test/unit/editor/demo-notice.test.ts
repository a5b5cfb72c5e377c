import assert from 'node:assert/strict';
import { setDemoHome } from '../../../src/editor/demo-home';
import { demoNotice } from '../../../src/editor/demo-notice';
import { node, cluster as clusterOf } from '../failover/fakes';

describe('what a run on a demo begins with', () => {
  const tunnelled = node('m1', { address: '127.0.0.1', ssh: { become: 'none', port: 2201 } });
  const demo = clusterOf([tunnelled], { demo: { timeFactor: 1 } });
  afterEach(() => setDemoHome(undefined));

  it('says that nothing real is changed only of the demo of this window, whatever a file says', () => {
    assert.equal(demoNotice(clusterOf([tunnelled])), undefined);
    assert.match(
      demoNotice(demo) ?? '',
      /^The cluster file says .*whatever answers at these addresses is changed/,
    );
    setDemoHome({ ports: new Set([2201]), sshConfig: '', stateFolder: '' });
    assert.match(demoNotice(demo) ?? '', /nothing real is changed/);
  });
});
