/** When the first line of the bundle ran. Imported before everything else, so that activation counts its loading. */
export const startedAt = performance.now();
