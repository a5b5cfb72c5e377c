import assert from 'node:assert/strict';
import type { Cluster } from '../../src/cluster/cluster';
import { masterStateScript } from '../../src/systems/moosefs/scripts/metadata';
import { surveyScript } from '../../src/systems/moosefs/scripts/survey';
import { readSurvey } from '../../src/systems/moosefs/survey';
import { virtualIp } from './bed';
import { onBed } from './suite';

onBed(
  'scripts on real nodes',
  (bed) => {
    it('of several operators at once do not take each other for a master', async function () {
      this.timeout(180_000);
      const node = {
        name: 'm3',
        address: '10.77.0.13',
        roles: ['master'],
        ssh: { become: 'none' },
        disks: [],
      } as const;
      const cluster = {
        name: 'bed',
        nodes: [node],
        section: { virtualIp: `${virtualIp}/24`, dataPath: '/var/lib/mfs' },
      } as unknown as Cluster;
      for (let round = 0; round < 8; round++) {
        const states = await Promise.all(
          Array.from({ length: 4 }, () => bed().sh('m3', masterStateScript(cluster, node))),
        );
        for (const state of states) assert.match(state, /^stopped$/m);
        const surveys = await Promise.all(
          Array.from({ length: 3 }, () => bed().sh('m3', surveyScript(cluster, node))),
        );
        for (const survey of surveys.map(readSurvey)) {
          assert.ok(survey.testSaysStopped);
          assert.deepEqual(
            survey.processes.map(({ name }) => name),
            ['mfsmetalogger'],
          );
        }
      }
    });
  },
  { masters: 3, chunkservers: 1 },
);
