export function messages(root: string): Promise<{ messages: string[]; opaque: string[] }>;
export function untranslated(root: string): Promise<{ file: string; text: string }[]>;
export function bundle(root: string): Promise<string>;
