import assert from 'node:assert/strict';
import { plainMarkdown } from '../../../src/editor/plain-markdown';

describe('Text of a node in a tooltip', () => {
  it('leaves no character that Markdown, HTML or an automatic link could use', () => {
    const hostile = '[x](command:evil) ![i](http://a) <img src=x> root@10.0.0.1 www.a.b `c` *d*\n# e & f';
    assert.doesNotMatch(plainMarkdown(hostile).replaceAll(/&#\d+;/g, ''), /[^\p{L}\p{N} ]/u);
  });

  it('loses nothing but line breaks', () => {
    const text = 'Node m1: no answer from root@m1 within 10 s (“off”).';
    const back = plainMarkdown(text).replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
    assert.equal(back, text);
  });
});
