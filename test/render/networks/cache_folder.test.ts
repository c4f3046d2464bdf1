import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../dist/render/networks/cache_folder.js';

describe('cacheFolder', () => {
  it('is where each system keeps caches', () => {
    expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/nst-video');
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/c' }, 'linux', '/home/a')).toBe('/var/c/nst-video');
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/nst-video');
    expect(cacheFolder({ LOCALAPPDATA: '/l' }, 'win32', '/u')).toBe('/l/nst-video');
  });

  it('ignores a relative XDG_CACHE_HOME, as its specification asks, and obeys NST_VIDEO_CACHE', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: 'c' }, 'linux', '/home/a')).toBe('/home/a/.cache/nst-video');
    const all = { NST_VIDEO_CACHE: 'mine', XDG_CACHE_HOME: '/c', LOCALAPPDATA: '/l' };
    expect(cacheFolder(all, 'linux', '/h')).toBe('mine');
    expect(cacheFolder(all, 'win32', '/h')).toBe('mine');
  });
});
