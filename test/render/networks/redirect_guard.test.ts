import { describe, expect, it } from 'vitest';
import { guardedLookup, kindOfHost, redirected } from '../../../dist/render/networks/redirect_guard.js';

describe('a redirect', () => {
  it('keeps encryption', () => {
    const from = new URL('https://a.example/x/y');
    expect(redirected(from, '../z').href).toBe('https://a.example/z');
    expect(redirected(new URL('http://a.example/'), 'https://b.example/').href).toBe('https://b.example/');
    expect(() => redirected(from, 'http://a.example/')).toThrowError(/from https to http:\/\/a\.example\//);
    expect(() => redirected(from, 'ftp://a/\u001b[2J')).toThrowError(/^redirects to ftp:\/\/a\/\\x1b\[2J; /);
  });

  const lookUp = (home: 'public' | 'loopback' | undefined, all: boolean) =>
    new Promise((resolve) =>
      guardedLookup(home)('localhost', { all }, (error, found) => resolve(error?.message ?? found)),
    );

  it('does not lead to a name of this machine, unless it comes from there', async () => {
    expect(await lookUp('public', true)).toMatch(/^redirects to localhost \(.*\), whose address is loopback/);
    expect(await lookUp('public', false)).toMatch(/address is loopback/);
    expect(await lookUp('loopback', false)).toMatch(/^(127\.|::1)/);
    expect(await lookUp(undefined, true)).toContainEqual(
      expect.objectContaining({ family: expect.any(Number) }),
    );
  });

  it('is judged by names too where a proxy looks them up', () => {
    const hosts = ['localhost', 'a.LOCALHOST.', '127.1.1.1', 'weights.example'];
    expect(hosts.map(kindOfHost)).toEqual(['loopback', 'loopback', 'loopback', 'public']);
  });
});
