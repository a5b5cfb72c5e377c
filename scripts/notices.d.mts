export const bundled: readonly string[];
export function notices(): Promise<string>;
