export function shippedPage(file: string): Promise<string>;
