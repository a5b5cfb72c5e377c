/** Milliseconds that this process computes in a call. The machine may be busy with others: its clock would count them. */
export function computing(call: () => void): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
