import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_OPTIONS } from '../../dist/cli/face_options.js';
import { buildProgram } from '../../dist/cli/program.js';
import { showDefault, TASKS } from '../../dist/render/options/options.js';
import { version } from '../../dist/render/version.js';
import { run } from '../support/program.js';

const SCREEN = { lines: 40, columns: 80 };
const optionsOf = (command: string) =>
  ALL_OPTIONS.filter((o) => (o.commands as readonly string[]).includes(command));

function expectScreen(text: string): void {
  const lines = text.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(SCREEN.lines);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(SCREEN.columns);
}

describe('--help', () => {
  let help: string;
  beforeAll(async () => {
    help = (await run(['--help'])).stdout;
  });

  it('fits a screen', () => expectScreen(help));

  it('begins with two things to type, and says how to see everything', () => {
    const examples = help.split('\n').filter((line) => /^ {2}nst-video .* -s /.test(line));
    expect(examples).toHaveLength(2);
    expect(help).toContain('nst-video --help-all');
  });

  it('has the most wanted options by what they are for, and only those', () => {
    const shown = optionsOf('film').filter((o) => o.brief !== undefined);
    for (const o of optionsOf('film'))
      expect([o.flag, new RegExp(`^.{6}${o.flag} `, 'm').test(help)]).toEqual([o.flag, shown.includes(o)]);
    for (const task of new Set(shown.map((o) => o.task))) expect(help).toContain(`\n${TASKS[task]}:\n`);
  });

  it('names every command, and says what those wanted most do', () => {
    const [, listed, named] = /Other commands:\n((?: {2}.*\n)+?) {2}and ((?:.*\n)+?)\n/.exec(help)!;
    const words = [...listed.matchAll(/^ {2}(\w+) /gm)].map((m) => m[1]);
    expect([...words, ...named.match(/\w+/g)!].sort()).toEqual(
      buildProgram()
        .commands.map((c) => c.name())
        .sort(),
    );
  });
});

describe('--help-all', () => {
  it('says what every command does', async () => {
    const { stdout } = await run(['--help-all']);
    for (const command of buildProgram().commands)
      expect(stdout).toMatch(new RegExp(`^ {2}${command.name()} .*[a-z]`, 'm'));
  });

  it('prints every option of a film with its default, from the schema', async () => {
    const { stdout, status } = await run(['--help-all']);
    expect(status).toBe(0);
    const flat = stdout.replace(/\s+/g, ' ');
    for (const o of optionsOf('film')) {
      expect(flat).toContain(o.flag);
      if (showDefault(o)) expect(flat).toContain(`[${showDefault(o)}]`);
    }
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(SCREEN.columns);
  });
});

describe('help of commands', () => {
  it('fits a screen and has only their own options', async () => {
    const { stdout } = await run(['image', '--help']);
    expectScreen(stdout);
    expect(stdout).toContain('--style-weight');
    expect(stdout).not.toContain('--temporal-weight');
  });

  it('is what help prints, of commands of commands too', async () => {
    const asked = await run(['help', 'networks', 'pull']);
    expect(asked.status).toBe(0);
    expect(asked.stdout).toBe((await run(['networks', 'pull', '-h'])).stdout);
    for (const o of optionsOf('pull')) expect(asked.stdout).toContain(o.flag);
  });
});

describe('nst-video', () => {
  it('without anything prints the help where errors go, and fails', async () => {
    const { status, stdout, stderr } = await run([]);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe((await run(['--help'])).stdout);
  });

  it('knows its version', async () => {
    expect((await run(['--version'])).stdout.trim()).toBe(version);
  });
});
