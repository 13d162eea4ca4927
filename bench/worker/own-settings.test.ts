import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { KEPT } from '../core/conformance.js';
import { openTarget } from '../index.js';
import { inTemporaryFolder } from '../targets/testing.js';
import { PROJECT_FOLDER } from './files.js';
import { OWN_SETTINGS_VARIABLE, ownSettingsEnvironment } from './own-settings.js';

const test = suite('worker/own-settings');
const EXAMPLE = join(PROJECT_FOLDER, 'examples', 'own-setting', 'max-early-data.c');

/** `work` with the user's environment naming these files. */
async function named(files: string, work: () => Promise<void>): Promise<void> {
  process.env[OWN_SETTINGS_VARIABLE] = files;
  try {
    await work();
  } finally {
    delete process.env[OWN_SETTINGS_VARIABLE];
  }
}

test('without any named there is nothing to hand on', () => {
  assert.equal(ownSettingsEnvironment(''), {});
});

for (const id of ['bundled', 'system']) {
  test(`the example is a setting of the catalogue of ${id}, and is observed like the others`, async () => {
    await named(EXAMPLE, async () => {
      const target = await openTarget(id, { offline: true });
      try {
        const entry = target.settings.find((one) => one.id === 'own-max-early-data');
        assert.equal(entry?.levels, ['default']);
        const { carried, original, sibling } = await target.conform('own-max-early-data');
        assert.is(original, 'shows it');
        assert.is.not(sibling, 'shows it');
        assert.ok(KEPT.has(carried) || carried === 'not carried', carried);
      } finally {
        await target.close();
      }
    });
  });
}

test('what cannot work is refused with its reason', async () => {
  await inTemporaryFolder(async (folder) => {
    const file = join(folder, 'own.c');
    const refusal = async (source: string): Promise<string> => {
      const own = join(folder, `own${Math.floor(performance.now() * 1000)}.c`);
      writeFileSync(own, source);
      let said = '';
      await named(own, async () => {
        try {
          await (await openTarget('bundled')).close();
        } catch (error) {
          said = (error as Error).message;
        }
      });
      return said;
    };
    assert.throws(() => ownSettingsEnvironment(file), /DUPMARK_OWN_SETTINGS: .*own\.c: no such file/);
    assert.match(await refusal('int main('), /error/);
    const head = '#include <stddef.h>\n#include "own_setting.h"\n';
    // A call by its own name would be answered by Node's OpenSSL, whatever the target.
    const direct = `${head}int SSL_version(const SSL*);\nstatic int f(SSL* s) { return SSL_version(s); }`;
    const tail = (id: string) =>
      `static const struct dupmark_own_setting o = {.abi = DUPMARK_OWN_SETTING_ABI, .id = "${id}", .call = "c", .if_lost = "l", .apply = f, .shows = f};
       const struct dupmark_own_setting* dupmark_setting(dupmark_find find) { return find("SSL_new") == NULL ? NULL : &o; }`;
    assert.match(await refusal(direct + tail('own-direct')), /undefined reference to .SSL_version/);
    const idle = `${head}static int f(SSL* s) { return s != NULL; }`;
    assert.match(await refusal(idle + tail('options')), /the catalogue has options/);
    assert.match(await refusal(idle + tail('Not A Name')), /an id that is no name/);
    assert.match(await refusal(`${head}int unused(void);`), /does not define dupmark_setting/);
  });
});

test.run();
