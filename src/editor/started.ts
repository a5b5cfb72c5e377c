/** When the first line of the extension ran, so that activation counts the loading of the bundle, too. */
export const startedAt = performance.now();
