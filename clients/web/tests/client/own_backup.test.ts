/** What a page is told of the backup: how far it is, and what came to nothing by itself. */

import { expect, test } from "vitest";

import type { BackupStatus } from "../../src/client/backup_ledger.ts";
import { AccountError } from "../../src/client/errors.ts";
import type { OwnHistory } from "../../src/client/history.ts";
import type { Tell } from "../../src/client/history_parts.ts";
import { OwnBackup } from "../../src/client/own_backup.ts";
import type { BackupNews } from "../../src/bridge/further.ts";

const THERE: BackupStatus = {
  ...{ allowed: true, wanted: false, exists: true, changed: 7, size: 9, key_known: true },
};

/** A backup of a history that does what the test says. */
function world(does: (tell: Tell) => Promise<number>, goesOn = false) {
  const history = {
    backup: () => Promise.resolve(THERE),
    restore: does,
    backUp: does,
    goesOn: () => Promise.resolve(goesOn),
    forgetBackup: () => Promise.resolve(),
  } as unknown as OwnHistory;
  const shown: (BackupNews | null)[] = [];
  const backup: OwnBackup = new OwnBackup(history, () => shown.push(backup.news));
  return { backup, shown };
}

const fails = (error: Error) => (): Promise<number> => Promise.reject(error);
const refused = (key: string): AccountError => new AccountError(key);

test("who takes it in is told how far it is", async () => {
  const { backup, shown } = world((tell) => {
    tell({ lines: 3, expected: 9 });
    return Promise.resolve(9);
  });
  expect(await backup.restore()).toBe(9);
  expect(shown).toEqual([
    { type: "restoring", lines: 0, expected: 0 },
    { type: "restoring", lines: 3, expected: 9 },
    null,
  ]);
});

test("what came to nothing stays said until somebody has looked, and why until they act", async () => {
  const { backup } = world(() => Promise.resolve(0));
  backup.refused(refused("error-history-changed"));
  const because = { key: "error-history-changed", filling: {} };
  expect(backup.news).toEqual({ type: "refused", because });
  backup.rests();
  expect(backup.news).toEqual({ type: "refused", because });
  expect((await backup.state()).because).toEqual(because);
  expect(backup.news).toBeNull();
  expect((await backup.state()).because).toEqual(because);
  await backup.forget();
  expect((await backup.state()).because).toBeNull();
});

test.each([
  "error-offline",
  "error-history-policy",
  "error-history-no-backup",
  "error-history-no-key",
])("%s is no news where nobody has asked", (key) => {
  const { backup } = world(() => Promise.resolve(0));
  backup.refused(refused(key));
  expect(backup.news).toBeNull();
});

test("who asks for it is told that it goes on by itself, if it does", async () => {
  const offline = refused("error-offline");
  await expect(world(fails(offline)).backup.make()).rejects.toBe(offline);
  const begun = world(fails(offline), true).backup;
  await expect(begun.make()).rejects.toMatchObject({ key: "web-backup-goes-on" });
  await expect(begun.restore()).rejects.toMatchObject({ key: "web-backup-goes-on" });
});

test("what a person has begun is not taken for over by what goes on beside it", async () => {
  let end: (lines: number) => void = () => undefined;
  const { backup } = world(() => new Promise((done) => (end = done)));
  const making = backup.make();
  backup.rests();
  expect(backup.news).toEqual({ type: "making", lines: 0, expected: 0 });
  end(0);
  await making;
  expect(backup.news).toBeNull();
});
