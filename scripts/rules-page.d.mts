export function rulesPage(root: string): Promise<string>;
export function writeRulesPage(root: string): Promise<void>;
