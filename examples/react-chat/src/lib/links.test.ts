import { describe, expect, it } from 'vitest';
import { findLinks } from './links';

const linksIn = (text: string) => findLinks(text).map(({ start, end }) => text.slice(start, end));
const hrefsIn = (text: string) => findLinks(text).map(({ href }) => href);

describe('links in a text', () => {
  it.each([
    'README.md',
    'main.rs and go.So',
    'setup.py, app.ts, lib.so, run.sh, Makefile.am, page.app, data.zip',
    'vue.js/docs and node.js',
    'README.md/intro',
    'e.g. this, i.e. that, v1.2.3',
    'docs.rs, crates.io, example.com',
    'src/github.com/acme',
    'git@github.com:acme/app.git',
    'somebody@example.com',
    'com.example/Main',
    'www. www.a WWW',
    'javascript:alert(1)',
    'JAVASCRIPT:alert(document.domain)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x file:///etc/passwd ftp://example.com/a',
    'http:// https:///path https://..',
    'xhttps://example.com',
    'https://bank.example@evil.example/login',
    'mailto:nobody',
  ])('H6 are not made of %j', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it.each([
    ['See https://example.com/a.', 'https://example.com/a'],
    ['(https://en.wikipedia.org/wiki/Rust_(fungus))', 'https://en.wikipedia.org/wiki/Rust_(fungus)'],
    ['is it https://example.com/?', 'https://example.com/'],
    ['https://example.com/a?b=[1]&c=d#e, and', 'https://example.com/a?b=[1]&c=d#e'],
    ['<https://example.com/a>', 'https://example.com/a'],
    ['"https://example.com/a"', 'https://example.com/a'],
    ['«https://example.com/a»', 'https://example.com/a'],
    ['https://example.com/a…', 'https://example.com/a'],
    ['**https://example.com/a**', 'https://example.com/a'],
    ['_see https://example.com/a_', 'https://example.com/a'],
    ['https://example.com/a_b_c*d', 'https://example.com/a_b_c*d'],
    ['https://example.com/a_', 'https://example.com/a_'],
    ['HTTPS://EXAMPLE.COM', 'HTTPS://EXAMPLE.COM'],
    ['http://localhost:3000/a', 'http://localhost:3000/a'],
    ['http://192.168.0.1:8080', 'http://192.168.0.1:8080'],
    ['https://[::1]:3000/', 'https://[::1]:3000/'],
    ['https://müller.example/ä', 'https://müller.example/ä'],
    ['请看https://例え.jp/パス。谢谢', 'https://例え.jp/パス'],
    ['https://example.com/a،', 'https://example.com/a'],
    ['https://example.com/a\u202egpj.exe', 'https://example.com/a'],
    ['mailto:ann@example.com', 'mailto:ann@example.com'],
    ['https://example.com/)))))', 'https://example.com/'],
  ])('H6 are found whole in %j', (text, link) => {
    expect(linksIn(text)).toEqual([link]);
    expect(hrefsIn(text)).toEqual([link]);
  });

  it.each([
    ['www.example.com.', 'www.example.com'],
    ['github.com/acme/app', 'github.com/acme/app'],
    ['(docs.github.com/en)', 'docs.github.com/en'],
    ['example.org/', 'example.org/'],
    ['youtu.be/abc?t=1', 'youtu.be/abc?t=1'],
  ])('H6 need no scheme in %j', (text, link) => {
    expect(linksIn(text)).toEqual([link]);
    expect(hrefsIn(text)).toEqual([`https://${link}`]);
  });
});
