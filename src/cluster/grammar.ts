/** What a grammar says about a text: its value, or what is wrong and which text would be right. */
export type Reading<T> =
  | { readonly value: T }
  | {
      readonly problem: string;
      readonly code?: 'bad-value' | 'size-without-unit';
      /** Texts that would settle it, likeliest first; `safe` when only one reading is possible. */
      readonly suggestions?: readonly string[];
      readonly safe?: boolean;
    };
