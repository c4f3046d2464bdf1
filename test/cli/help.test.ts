import { describe, expect, it } from 'vitest';
import { OPTIONS, showDefault } from '../../dist/render/options.js';
import { version } from '../../dist/render/version.js';
import { run } from '../support/program.js';

describe('help', () => {
  it('prints every option of a film with its default, from the schema', async () => {
    const { stdout, status } = await run(['--help']);
    expect(status).toBe(0);
    const flat = stdout.replace(/\s+/g, ' ');
    for (const o of OPTIONS.filter((o) => o.commands.includes('film'))) {
      expect(flat).toContain(o.flag);
      if (showDefault(o)) expect(flat).toContain(`[${showDefault(o)}]`);
    }
    expect(stdout).toMatch(/image .*\n.*encode/);
  });

  it('of a subcommand prints only its own options', async () => {
    const { stdout } = await run(['image', '--help']);
    expect(stdout).toContain('--style-weight');
    expect(stdout).not.toContain('--temporal-weight');
  });

  it('knows its version', async () => {
    expect((await run(['--version'])).stdout.trim()).toBe(version);
  });
});
