import { onBed, statusOf } from '../suite';
import { countedByMaster } from './counted';
import { chartIsTrue, Follower, judge } from './judged';

/**
 * Files of a chunk each; half of them have a copy on the chunkserver that goes. Many small ones: how many of few large ones
 * lie on the server that ends last is so much a matter of chance that no rate can tell it (docs/rebuild.md).
 */
const files = 2_400;
const bytes = 128_000;

onBed('the time left of a real rebuild', (bed) => {
  it('is within a quarter of the truth from a fifth of the way on, and the chart is what the master counts', async function () {
    this.timeout(420_000);
    const file = await bed().clusterFile();
    await bed().load(files, bytes);
    await statusOf(bed(), file, 0);
    await bed().shape('6mbit');
    const follower = new Follower(bed(), file);
    try {
      await follower.until(false, 30_000);
      const counting = countedByMaster(bed());
      await bed().powerOff('cs4');
      await follower.until(true, 60_000);
      const counted = await counting;
      await follower.until(false, 30_000);
      console.log(`      ${judge(follower.looks, counted)}`);
      chartIsTrue(follower.chart, counted);
    } finally {
      follower.stop();
      await bed().shape('off');
    }
    await bed().verifyLoad();
  });
});
