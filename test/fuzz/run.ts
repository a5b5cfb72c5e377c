// npm run fuzz -- [seconds] [seed]: mutates valid cluster files and checks them. Prints the seed; a failing
// input is repeated by `npm run fuzz -- 0 <seed>`, which checks that one alone.
import { fuzz, mutated, wrongWith } from './fuzz';

const [seconds = 60, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);

if (seconds === 0) {
  const { input, steps } = mutated(seed);
  console.log(`seed ${seed}: ${steps.join(', ')}, ${input.length} long`);
  const began = performance.now();
  const reason = wrongWith(input);
  console.log(`${reason ?? 'nothing wrong'} (${Math.round(performance.now() - began)} ms)`);
  process.exitCode = reason === undefined ? 0 : 1;
} else {
  console.log(`fuzz: seed ${seed}, ${seconds} s`);
  const { runs, slowest, slowestSeed, failures } = fuzz(seed, seconds * 1000);
  for (const failure of failures) {
    console.log(`seed ${failure.seed} (${failure.steps.join(', ')}): ${failure.reason}`);
  }
  console.log(
    `fuzz: ${runs} inputs, ${failures.length} failures, the slowest took ${Math.round(slowest)} ms (seed ${slowestSeed})`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
}
